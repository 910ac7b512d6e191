import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';

export const postgresStateConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database, e.g. `postgres://sluice:…@db.example.com:5432/sluice?sslmode=require`. It must be writable.',
  ),
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores, at most 63 characters')
    .default('sluice')
    .describe('The schema of the tables. The first run creates it; only Sluice should use it.'),
  leaseSeconds: z
    .int()
    .min(2)
    .max(3600)
    .default(60)
    .describe('How long a lease lasts unless it is renewed: after a crash, other workers wait no longer than this.'),
  lease: z
    .enum(['pipeline', 'window'])
    .default('pipeline')
    .describe(
      'What one process leases. `pipeline`: the whole pipeline; a second process stands by. `window`: one window at a time, so ' +
        'that several `run` and `start` processes on any machines share the pipeline.',
    ),
  statementTimeoutSeconds: z
    .int()
    .min(1)
    .max(600)
    .default(30)
    .describe('How long one statement can take, including the wait for a lock.'),
  connectTimeoutSeconds: z.int().min(1).max(600).default(10).describe('How long connecting can take.'),
});

export type PostgresStateConfig = z.output<typeof postgresStateConfig>;
