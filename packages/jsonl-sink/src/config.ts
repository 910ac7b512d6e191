import { z } from 'zod';

/** The options of `use: jsonl`. */
export const jsonlSinkConfig = z.strictObject({
  path: z
    .string()
    .min(1, 'must not be empty')
    .default('-')
    .describe("The file that lines are added to, from the pipeline file's folder on; `-` is stdout."),
});

export type JsonlSinkConfig = z.infer<typeof jsonlSinkConfig>;
