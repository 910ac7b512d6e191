import { z } from 'zod';

/** The options about reading that every source of a Postgres database has, besides `url`. */
export function readingOptions() {
  return {
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
  };
}
