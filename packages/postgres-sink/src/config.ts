import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';
import { tableName } from './table-name.js';

/** The options of `use: postgres`. */
export const postgresSinkConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database, e.g. `postgres://sluice:…@db.example.com:5432/analytics?sslmode=require`. It must be writable.',
  ),
  table: tableName()
    .prefault('sluice_events')
    .describe(
      'The table, as written in SQL: `events`, `analytics.events`. `sluice check --print-ddl` prints the statement that creates it.',
    ),
  statementTimeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(60)
    .describe('How long one statement can take, including the wait for a lock.'),
  connectTimeoutSeconds: z.int().min(1).max(600).default(10).describe('How long connecting can take.'),
});

export type PostgresSinkConfig = z.output<typeof postgresSinkConfig>;
