import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { clickHouseSchema, executeStatement, type LangfuseVersion } from '@sluice/langfuse-history';

const prepared = new Map<LangfuseVersion, Promise<string>>();

/** A database with Langfuse's tables, all empty: one per version for all tests of this process. */
export async function anEmptiedDatabase(version: LangfuseVersion): Promise<string> {
  const known = prepared.get(version) ?? aDatabase(version);
  prepared.set(version, known);
  const url = await known;
  const tables = version === 'v4' ? ['events_full', 'events_core'] : [];
  for (const table of ['traces', 'observations', 'scores', ...tables])
    await executeStatement(url, `TRUNCATE TABLE ${table}`);
  return url;
}

/** A database with Langfuse's tables for one test file. */
async function aDatabase(version: LangfuseVersion): Promise<string> {
  const url = await createSharedClickHouseDatabase('langfuse');
  for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
  return url;
}

/** An instant as a column has it. */
export function textOf(at: number): string {
  return new Date(at).toISOString().slice(0, -1).replace('T', ' ');
}
