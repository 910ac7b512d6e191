import { postgresUrl } from '@sluice/postgres';
import { z } from 'zod';

const LIST = 'write all, or a list of project ids';

function projectId(): z.ZodString {
  return z.string({ error: ({ input }) => instead(input) ?? 'write each project id in quotes' }).min(1);
}

/** How to write a value that YAML does not read as a text; undefined where the text cannot be told. */
function instead(input: unknown): string | undefined {
  if (typeof input === 'string') {
    if (/^all$/i.test(input)) return 'write projects: all';
    const ids = input.split(',').map((id) => `'${id.trim()}'`);
    return `write all, or a list such as [${ids.join(', ')}]`;
  }
  return typeof input === 'boolean' || Number.isSafeInteger(input) ? `write '${String(input)}' in quotes` : undefined;
}

export const langfusePostgresSourceConfig = z.strictObject({
  url: postgresUrl().describe(
    'The database, e.g. `postgres://reader:…@db.example.com:5432/langfuse?sslmode=require`. A read replica works.',
  ),
  projects: z
    .union([z.literal('all'), z.array(projectId()).min(1, LIST)], { error: ({ input }) => instead(input) ?? LIST })
    .refine((projects) => projects === 'all' || projects.every((id) => !/^all$/i.test(id)), 'write projects: all')
    .default('all')
    .describe('`all`, or the ids of the projects to export.'),
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
