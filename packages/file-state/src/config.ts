import { z } from 'zod';

export const fileStateConfig = z.strictObject({
  directory: z
    .string()
    .min(1)
    .default('.sluice')
    .describe('The folder of the state, with one folder per pipeline. Relative to the folder of the pipeline file.'),
});

export type FileStateConfig = z.output<typeof fileStateConfig>;
