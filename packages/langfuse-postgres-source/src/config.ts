import { contentOption, projectsOption } from '@sluice/langfuse-records';
import { postgresUrl, readingOptions } from '@sluice/postgres';
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
  ...readingOptions(),
});

export type LangfusePostgresSourceConfig = z.output<typeof langfusePostgresSourceConfig>;
