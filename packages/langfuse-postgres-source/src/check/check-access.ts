import { SluiceError, type CheckResult, type Instant } from '@sluice/core/adapter';
import { Drift } from '@sluice/langfuse-records';
import { raw, replicaFindings, sql, type SqlQuery, wholeMs } from '@sluice/postgres';
import { rowSecurityFindings } from './check-rows.js';
import { timeZoneFinding } from './check-time-zone.js';
import { assertTables, assertVersion, type ReadableDatabase } from './drift.js';
import { excessRights } from './excess-rights.js';
import { currentNames, grantStatements, roleStatements, type Names } from './grant-statements.js';
import { readTables, type TableFacts } from './read-tables.js';
import { requiredColumns } from './required-columns.js';
import type { ReadOnlyTransactions } from '../read/read-only-transactions.js';

export interface AccessOptions extends ReadableDatabase {
  readonly replicaDelaySeconds: number | undefined;
  /** This machine's clock. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** `settle` is certain to cover this difference between two clocks. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Whether the database can be reached, belongs to Langfuse and can be read. All other checks need this. */
export async function checkAccess(
  transactions: ReadOnlyTransactions,
  options: AccessOptions,
): Promise<{ readonly isReadable: boolean; readonly findings: readonly CheckResult[] }> {
  const { replicaDelaySeconds, now, signal } = options;
  try {
    return await transactions.run(async (query) => {
      const reached = await reachable(query, transactions.place);
      const clocks = [
        await clockFinding(query, now),
        await timeZoneFinding(query),
        ...(await replicaFindings(query, replicaDelaySeconds)),
      ];
      const tables = await readTables(query);
      const version = await versionFinding(query, tables, transactions.place, options);
      if (version.outcome === 'bad') return { isReadable: false, findings: [reached, ...clocks, version] };
      const names = await currentNames(query);
      const access = [rightsFinding(tables, names, options), ...rowSecurityFindings(tables, names)];
      const findings = [reached, ...clocks, version, ...access, await excessFinding(query, tables, names, options)];
      return { isReadable: access.every(({ outcome }) => outcome !== 'bad'), findings };
    }, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (!(error instanceof SluiceError)) throw error;
    const fix = 'correct the url of the source, or make sure that the database is up and reachable from here';
    return {
      isReadable: false,
      findings: [{ name: 'database reachable', outcome: 'bad', message: error.message, fix }],
    };
  }
}

async function reachable(query: SqlQuery, place: string): Promise<CheckResult> {
  const [row] = await query(sql`SELECT current_user, current_setting('server_version'), pg_is_in_recovery()`);
  const kind = row?.[2] === 't' ? 'replica' : 'primary';
  return {
    name: 'database reachable',
    outcome: 'good',
    message: `${place} as ${row?.[0]}, PostgreSQL ${row?.[1]}, ${kind}`,
  };
}

async function versionFinding(
  query: SqlQuery,
  tables: readonly TableFacts[],
  place: string,
  options: ReadableDatabase,
): Promise<CheckResult> {
  const name = 'Langfuse version';
  try {
    const version = await assertVersion(query, tables, place, options);
    assertTables(tables, place);
    if (version === 'v2') return { name, outcome: 'good', message: 'tables of Langfuse v2' };
    const message = 'upgraded to Langfuse v3: the tables no longer grow, and their records are exported';
    return { name, outcome: 'warning', message };
  } catch (error) {
    if (!(error instanceof Drift)) throw error;
    return { name, outcome: 'bad', message: `${place}: ${error.found}`, fix: error.fix };
  }
}

function rightsFinding(tables: readonly TableFacts[], names: Names, { content }: ReadableDatabase): CheckResult {
  const name = 'read permissions';
  const required = requiredColumns(content);
  const denied = tables.map((table) => {
    const columns = required[table.name]?.filter((column) => table.denied.includes(column)) ?? [];
    return [table.name, columns] as const;
  });
  const statements = grantStatements(Object.fromEntries(denied), names);
  if (statements.length === 0) return { name, outcome: 'good', message: 'can read every column that the export needs' };
  const described = denied.flatMap(([table, columns]) => {
    if (columns.length === required[table]?.length) return [table];
    return columns.map((column) => `${table}.${column}`);
  });
  const message = `the role ${names.role} cannot read ${described.join(', ')}`;
  return { name, outcome: 'bad', message, fix: 'grant what is missing', statements };
}

async function excessFinding(
  query: SqlQuery,
  tables: readonly TableFacts[],
  names: Names,
  { content }: ReadableDatabase,
): Promise<CheckResult> {
  const name = 'further permissions';
  const needsBypass = tables.some(({ hasRowSecurity }) => hasRowSecurity);
  const excess = await excessRights(query, { needsBypass, content });
  if (excess.length === 0)
    return { name, outcome: 'good', message: 'the role can read what the export needs, and nothing else' };
  return {
    name,
    outcome: 'warning',
    message: `the role ${excess.join('; ')}`,
    fix: 'use a role that can only read what the export needs',
    statements: roleStatements({ ...names, role: names.role === 'sluice' ? 'sluice_reader' : 'sluice' }, content),
  };
}

async function clockFinding(query: SqlQuery, now: () => number): Promise<CheckResult> {
  const name = 'clock';
  const differenceMs = (await databaseNow(query)) - now();
  const seconds = (Math.abs(differenceMs) / 1000).toFixed(1);
  const message = `the database is ${seconds} s ${differenceMs < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(differenceMs) <= CLOCK_TOLERANCE_MS) return { name, outcome: 'good', message };
  return {
    name,
    outcome: 'warning',
    message,
    fix: 'synchronize both clocks with NTP, or make settle longer than the difference',
  };
}

/** The database's clock. */
export async function databaseNow(query: SqlQuery): Promise<Instant> {
  const [row] = await query(sql`SELECT ${raw(wholeMs('clock_timestamp()'))}`);
  return Number(row?.[0]);
}
