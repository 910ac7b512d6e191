import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';

export const pgBossSchedulerConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database of pg-boss, e.g. `postgres://sluice:…@db.example.com:5432/sluice?sslmode=require`. It must be writable; the database of the state will do.',
  ),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,49}$/, 'must be lower-case letters, digits and underscores, at most 50 characters')
    .default('sluice_scheduler')
    .describe(
      'The schema of pg-boss. The first start creates it; only Sluice should use it. Processes that share pipelines have the same one.',
    ),
  statementTimeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(30)
    .describe('How long one statement can take, including the wait for a lock.'),
  connectTimeoutSeconds: z.int().min(1).max(600).default(10).describe('How long connecting can take.'),
});

export type PgBossSchedulerConfig = z.output<typeof pgBossSchedulerConfig>;
