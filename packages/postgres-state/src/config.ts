import { secretText } from '@sluice/core';
import { z } from 'zod';
import { parseConnectionUrl } from './connection-url.js';

export const postgresStateConfig = z.strictObject({
  /** The database, e.g. `postgres://sluice:…@db.example.com:5432/sluice?sslmode=require`. It must be writable. */
  url: secretText().superRefine((url, context) => {
    const parsed = parseConnectionUrl(url.reveal());
    if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
  }),
  /** The schema of the tables, made by the first run. Sluice alone should own it. */
  schema: z
    .string()
    .regex(/^[a-z_][a-z0-9_]{0,62}$/, 'must be lower-case letters, digits and underscores, at most 63 characters')
    .default('sluice'),
  /** How long a worker holds a pipeline without renewing it, in seconds: after a crash, the longest that others wait. */
  leaseSeconds: z.int().min(2).max(3600).default(60),
  /** How long one statement may take, waiting for a lock included, in seconds. */
  statementTimeoutSeconds: z.int().min(1).max(600).default(30),
  /** How long connecting may take, in seconds. */
  connectTimeoutSeconds: z.int().min(1).max(600).default(10),
});

export type PostgresStateConfig = z.output<typeof postgresStateConfig>;
