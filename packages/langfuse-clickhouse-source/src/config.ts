import { secretText } from '@sluice/core/adapter';
import { postgresUrl } from '@sluice/postgres';
import { contentOption, projectsOption } from '@sluice/langfuse-records';
import { z } from 'zod';
import { parseClickHouseUrl } from './connection/clickhouse-address.js';

export const langfuseClickHouseSourceConfig = z
  .strictObject({
    url: secretText()
      .superRefine((url, context) => {
        const parsed = parseClickHouseUrl(url.reveal());
        if ('problem' in parsed) context.addIssue({ code: 'custom', message: parsed.problem });
      })
      .describe(
        'The database of Langfuse in ClickHouse, e.g. `https://reader:…@clickhouse.example.com:8443/default`: HTTP, port 8123, or HTTPS, port 8443.',
      ),
    projects: projectsOption(),
    projectNames: z
      .record(z.string().min(1), z.string())
      .default({})
      .describe(
        'The names of projects by their ids, for the field `project_name`: ClickHouse does not have them. They take precedence over those of `postgres`.',
      ),
    postgres: postgresUrl()
      .optional()
      .describe(
        'The Postgres database of the same Langfuse, from which the names of projects are read; a role that can read `id` and `name` of `projects` is enough.',
      ),
    tables: z
      .enum(['auto', 'legacy', 'events'])
      .default('auto')
      .describe(
        'Which tables to read: `legacy` has traces and observations (v3), `events` one row per span (v4); `auto` finds out.',
      ),
    frozen: z
      .enum(['refuse', 'finish'])
      .default('refuse')
      .describe(
        'What to do with tables of v3 that v4 no longer writes to: refuse them, or finish exporting their records.',
      ),
    unfinishedHistory: z
      .enum(['refuse', 'accept'])
      .default('refuse')
      .describe('Whether history may be exported while an upgrade to v4 still copies it to the tables of v4.'),
    content: contentOption(),
    caFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the certificate of the authority that signed the server’s.'),
    certFile: z
      .string()
      .min(1)
      .optional()
      .describe('A file with the client certificate, if the server asks for one; needs `caFile`.'),
    keyFile: z.string().min(1).optional().describe('A file with the key of `certFile`.'),
    pageSize: z.int().min(1).max(20_000).default(2000).describe('The maximum number of records per page.'),
    sliceRows: z.int().min(1).max(100_000).default(10_000).describe('The maximum number of records per statement.'),
    statementTimeoutSeconds: z.int().min(1).max(3600).default(60).describe('The maximum time for one statement.'),
    maxConnections: z.int().min(1).max(20).default(3).describe('The maximum number of open connections.'),
  })
  .refine(
    ({ certFile, keyFile, caFile }) =>
      (certFile === undefined) === (keyFile === undefined) && (certFile === undefined || caFile !== undefined),
    {
      message: 'give caFile, certFile and keyFile together, or caFile alone',
      path: ['certFile'],
    },
  );

export type LangfuseClickHouseSourceConfig = z.output<typeof langfuseClickHouseSourceConfig>;
