import { contentOption, projectsOption } from '@sluice/langfuse-records';
import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';

export const langfusePostgresSourceConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database, e.g. `postgres://reader:…@db.example.com:5432/langfuse?sslmode=require`. A read replica works.',
  ),
  projects: projectsOption(),
  content: contentOption(),
  frozen: z
    .enum(['refuse', 'finish'])
    .default('refuse')
    .describe(
      'What to do with a database that was upgraded to Langfuse v3: refuse it, or finish exporting the records of v2.',
    ),
  pageSize: z.int().min(1).max(20_000).default(2000).describe('The maximum number of records per page.'),
  statementTimeoutSeconds: z.int().min(1).max(3600).default(60).describe('The maximum time for one statement.'),
  replicaDelaySeconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe(
      'For a replica that does not report what it has replayed, such as a reader of Amazon Aurora: how far it may be ' +
        'behind. Its clock less this is then the source’s time.',
    ),
  lockTimeoutSeconds: z
    .int()
    .min(1)
    .max(3600)
    .default(5)
    .describe('The maximum wait for a lock. Only schema changes block reading.'),
  connectTimeoutSeconds: z.int().min(1).max(600).default(10).describe('The maximum time to connect.'),
  maxConnections: z.int().min(1).max(20).default(3).describe('The maximum number of open connections.'),
});

export type LangfusePostgresSourceConfig = z.output<typeof langfusePostgresSourceConfig>;
