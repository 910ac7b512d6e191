import { secretText } from '@sluice/core';
import { z } from 'zod';
import { parseConnectionUrl } from './connection-settings.js';

export const langfusePostgresSourceConfig = z.strictObject({
  /** The database, e.g. `postgres://reader:…@db.example.com:5432/langfuse?sslmode=require`. A replica is welcome. */
  url: secretText().superRefine((url, context) => {
    const parsed = parseConnectionUrl(url.reveal());
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  }),
  /** `all`, or the ids of the projects to export. */
  projects: z.union([z.literal('all'), z.array(z.string().min(1)).min(1)]).default('all'),
  /** What to do with a database that Langfuse v3 has left frozen: refuse it, or finish exporting what it holds. */
  frozen: z.enum(['refuse', 'finish']).default('refuse'),
  /** How many records are read at once. */
  pageSize: z.int().min(1).max(20_000).default(1000),
  /** How long one statement may take, in seconds. */
  statementTimeoutSeconds: z.int().min(1).max(3600).default(60),
  /** How long to wait for a lock, in seconds: only schema changes take one that is in the way. */
  lockTimeoutSeconds: z.int().min(1).max(3600).default(5),
  /** How long connecting may take, in seconds. */
  connectTimeoutSeconds: z.int().min(1).max(600).default(10),
  /** How many connections may be open at once. */
  maxConnections: z.int().min(1).max(20).default(3),
});

export type LangfusePostgresSourceConfig = z.output<typeof langfusePostgresSourceConfig>;
