import { z } from 'zod';
import { jsonlStreams } from './described.js';

const paths = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

export const jsonlSourceConfig = z
  .strictObject({
    files: z
      .union([paths, z.record(z.string(), paths)])
      .describe(
        'Files, folders and patterns such as `logs/**/*.jsonl.gz`, relative to this file; with several streams, those of each by its name.',
      ),
    schema: z
      .string()
      .optional()
      .describe('The schema file, which describes the streams. A path relative to this file.'),
    streams: jsonlStreams.optional().describe('The streams, where there is no schema file.'),
    pageSize: z.int().min(1).max(20_000).default(1000).describe('The maximum number of records per page.'),
    maxRecords: z
      .int()
      .min(1)
      .max(20_000_000)
      .default(1_000_000)
      .describe(
        'The maximum number of lines of a stream: their times and keys are kept in memory, about 300 bytes for each.',
      ),
  })
  .superRefine(({ files, streams }, context) => {
    if (streams === undefined) {
      const message = 'the source has no streams: name a schema file with `schema`, or describe them under `streams`';
      context.addIssue({ code: 'custom', path: [], message });
      return;
    }
    const names = Object.keys(streams);
    if (typeof files === 'string' || Array.isArray(files)) {
      if (names.length > 1) {
        const message = `there are several streams: name the files of each, as in ${names[0]}: …`;
        context.addIssue({ code: 'custom', path: ['files'], message });
      }
      return;
    }
    for (const name of Object.keys(files).filter((each) => !names.includes(each))) {
      context.addIssue({
        code: 'custom',
        path: ['files', name],
        message: `there is no stream ${name}: write one of ${names.join(', ')}`,
      });
    }
    for (const name of names.filter((each) => files[each] === undefined)) {
      context.addIssue({ code: 'custom', path: ['files'], message: `the stream ${name} has no files: name them` });
    }
  });

export type JsonlSourceConfig = z.output<typeof jsonlSourceConfig>;

/** The patterns of a stream's files. */
export function patternsOf({ files }: JsonlSourceConfig, stream: string): readonly string[] {
  if (typeof files === 'string') return [files];
  if (Array.isArray(files)) return files;
  const own = files[stream] ?? [];
  return typeof own === 'string' ? [own] : own;
}
