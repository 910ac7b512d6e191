import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';

export const langfusePostgresSourceConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database, e.g. `postgres://reader:…@db.example.com:5432/langfuse?sslmode=require`. A read replica works.',
  ),
  projects: z
    .union([z.literal('all'), z.array(z.string().min(1)).min(1)])
    .default('all')
    .describe('`all`, or the ids of the projects to export.'),
  frozen: z
    .enum(['refuse', 'finish'])
    .default('refuse')
    .describe(
      'What to do with a database that Langfuse v3 has left frozen: refuse it, or finish exporting what it holds.',
    ),
  pageSize: z.int().min(1).max(20_000).default(1000).describe('How many records are read at once.'),
  statementTimeoutSeconds: z.int().min(1).max(3600).default(60).describe('How long one statement may take.'),
  lockTimeoutSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(5)
    .describe('How long to wait for a lock: only schema changes take one that is in the way.'),
  connectTimeoutSeconds: z.int().min(1).max(600).default(10).describe('How long connecting may take.'),
  maxConnections: z.int().min(1).max(20).default(3).describe('How many connections may be open at once.'),
});

export type LangfusePostgresSourceConfig = z.output<typeof langfusePostgresSourceConfig>;
