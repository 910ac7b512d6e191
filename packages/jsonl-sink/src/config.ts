import { z } from 'zod';

/** The options of `use: jsonl`. */
export const jsonlSinkConfig = z.strictObject({
  path: z
    .string()
    .min(1, 'must not be empty')
    .default('-')
    .describe("The file to append lines to, relative to the pipeline file's folder; `-` is stdout."),
});

export type JsonlSinkConfig = z.infer<typeof jsonlSinkConfig>;
