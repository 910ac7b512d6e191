import { LANGFUSE_SCHEMA_SQL } from '@sluice/langfuse-history';
import pg from 'pg';
import { passages } from './passages.mjs';
import { FUNCTIONS, INSERT_OBSERVATIONS, INSERT_SCORES, INSERT_TRACES } from './row-statements.mjs';

/** Unlogged, because the data need not survive a crash. */
const STATEMENTS = LANGFUSE_SCHEMA_SQL.replaceAll('CREATE TABLE', 'CREATE UNLOGGED TABLE')
  .split(/;\n+/)
  .filter((statement) => statement.trim() !== '');
const isIndex = (statement) => statement.startsWith('CREATE INDEX');

/**
 * Creates Langfuse's tables in an empty database and fills them. Two connections share the work, indexes come after the
 * rows, and the statistics are up to date at the end.
 *
 * @param {string} databaseUrl
 * @param {{ traces: number, first?: string, days?: number }} history so many traces, evenly over so many days
 * @returns {Promise<number>} how many events the default mapping makes of them
 */
export async function fillLangfuse(databaseUrl, { traces, first = '2026-01-15', days = 120 }) {
  await runAll(databaseUrl, [...STATEMENTS.filter((each) => !isIndex(each)), ...FUNCTIONS, ...projects()]);
  await insertRows(databaseUrl, { from: 0, until: traces, first, stepMs: (days * 86_400_000) / Math.max(1, traces) });
  const indexes = STATEMENTS.filter(isIndex);
  await Promise.all(
    [0, 1].map((half) =>
      runAll(
        databaseUrl,
        indexes.filter((_, index) => index % 2 === half),
      ),
    ),
  );
  await refreshStatistics(databaseUrl);
  return countEvents(databaseUrl);
}

/** Inserts the traces from one number to another, and what belongs to them; the first begins at `first`, in UTC. */
export async function insertRows(databaseUrl, { from, until, first, stepMs }) {
  const values = [from, until, first, stepMs];
  await Promise.all([
    runAll(databaseUrl, [{ text: INSERT_OBSERVATIONS, values }]),
    runAll(
      databaseUrl,
      [INSERT_TRACES, INSERT_SCORES].map((text) => ({ text, values })),
    ),
  ]);
}

/** As autovacuum does after large changes. */
export function refreshStatistics(databaseUrl) {
  return runAll(databaseUrl, ['VACUUM (ANALYZE)', 'CHECKPOINT']);
}

async function countEvents(databaseUrl) {
  const [{ events }] = await runAll(databaseUrl, [
    `SELECT (SELECT count(*) FROM traces)::integer + (SELECT count(*) FROM scores)::integer
      + (SELECT count(*) FROM observations WHERE type = 'GENERATION')::integer AS events`,
  ]);
  return events;
}

function projects() {
  return [
    {
      text: 'INSERT INTO passages SELECT number - 1, text FROM unnest($1::jsonb[]) WITH ORDINALITY AS made (text, number)',
      values: [passages(256)],
    },
    `INSERT INTO organizations (id, name) VALUES ('organization', 'Example')`,
    `INSERT INTO projects (id, name, org_id) SELECT 'project-' || i, 'Project ' || i, 'organization' FROM generate_series(0, 2) AS i`,
  ];
}

/** Runs statements one after another on a connection of their own. Returns the rows of the last. */
async function runAll(databaseUrl, statements) {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    // Without foreign key checks, which would look up the project of every row.
    await client.query(
      `SET session_replication_role = replica; SET maintenance_work_mem = '512MB'; SET TimeZone = 'UTC'`,
    );
    let rows = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}
