import { postgresUrl, readingOptions } from '@sluice/postgres';
import { z } from 'zod';
import { incompleteStreams, postgresStreams } from './described.js';

const options = {
  url: postgresUrl().describe(
    'The database, e.g. `postgres://reader:…@db.example.com:5432/app?sslmode=require`. A read replica works.',
  ),
  schema: z.string().optional().describe('The schema file, which describes the streams. A path relative to this file.'),
};

const WITHOUT_STREAMS = 'the source has no streams: name a schema file with `schema`, or describe them under `streams`';

export const postgresSourceConfig = z
  .strictObject({
    ...options,
    streams: postgresStreams.optional().describe('The streams, where there is no schema file.'),
    ...readingOptions(),
  })
  .refine(({ streams }) => streams !== undefined, WITHOUT_STREAMS);

/** As `postgresSourceConfig`, with streams that may lack types, fields and a key. */
export const pullConfig = z
  .strictObject({ ...options, streams: incompleteStreams.optional(), ...readingOptions() })
  .refine(({ streams }) => streams !== undefined, WITHOUT_STREAMS);

export type PostgresSourceConfig = z.output<typeof postgresSourceConfig>;
export type PullConfig = z.output<typeof pullConfig>;
