import { SluiceError, type CheckResult, type Instant } from '@sluice/core/adapter';
import { assertNoDrift, readColumns, REQUIRED_COLUMNS, type Column } from './drift.js';
import { excessRights } from './excess-rights.js';
import type { Query, ReadOnlyTransactions } from '../read/read-only-transactions.js';
import { wholeMs } from '../fields/time-expressions.js';
import { raw, sql } from '../sql/sql.js';

export interface AccessOptions {
  readonly frozen: 'refuse' | 'finish';
  /** This machine's clock. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** `settle` is certain to cover this difference between two clocks. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Whether the database can be reached, belongs to Langfuse and can be read. All other checks need this. */
export async function checkAccess(
  transactions: ReadOnlyTransactions,
  { frozen, now, signal }: AccessOptions,
): Promise<{ readonly isReadable: boolean; readonly findings: readonly CheckResult[] }> {
  try {
    return await transactions.run(async (query) => {
      const reached = await reachable(query, transactions.place);
      const clock = await clockFinding(query, now);
      const version = await versionFinding(query, transactions.place, frozen);
      if (version.outcome === 'bad') return { isReadable: false, findings: [reached, clock, version] };
      const rights = rightsFinding(await readColumns(query));
      const findings = [reached, clock, version, rights, await excessFinding(query)];
      return { isReadable: rights.outcome !== 'bad', findings };
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

async function reachable(query: Query, place: string): Promise<CheckResult> {
  const [row] = await query(sql`SELECT current_user, current_setting('server_version'), pg_is_in_recovery()`);
  const kind = row?.[2] === 't' ? 'replica' : 'primary';
  return {
    name: 'database reachable',
    outcome: 'good',
    message: `${place} as ${row?.[0]}, PostgreSQL ${row?.[1]}, ${kind}`,
  };
}

async function versionFinding(query: Query, place: string, frozen: 'refuse' | 'finish'): Promise<CheckResult> {
  const name = 'Langfuse version';
  try {
    const version = await assertNoDrift(query, place, frozen);
    if (version === 'v2') return { name, outcome: 'good', message: 'tables of Langfuse v2' };
    const message = 'upgraded to Langfuse v3: the tables no longer grow, and their records are exported';
    return { name, outcome: 'warning', message };
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    return {
      name,
      outcome: 'bad',
      message: error.message,
      fix: 'point url at a Langfuse v2 database (v2.60 to v2.95)',
    };
  }
}

function rightsFinding(columns: readonly Column[]): CheckResult {
  const name = 'read permissions';
  const denied = columns.filter(
    (column) => !column.isReadable && REQUIRED_COLUMNS[column.table]?.includes(column.name) === true,
  );
  if (denied.length === 0) return { name, outcome: 'good', message: 'can read every column that the export needs' };
  const tables = [...new Set(denied.map((column) => column.table))].join(', ');
  const message = `cannot read ${denied.map(({ table, name: column }) => `${table}.${column}`).join(', ')}`;
  return { name, outcome: 'bad', message, fix: `GRANT SELECT ON ${tables} to the role of url` };
}

async function excessFinding(query: Query): Promise<CheckResult> {
  const name = 'further permissions';
  const excess = await excessRights(query);
  if (excess.length === 0)
    return { name, outcome: 'good', message: 'the role can read what the export needs, and nothing else' };
  const fix = 'use a role without these permissions; docs/langfuse-postgres-source.md has the statements';
  return { name, outcome: 'warning', message: `the role ${excess.join('; ')}`, fix };
}

async function clockFinding(query: Query, now: () => number): Promise<CheckResult> {
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
export async function databaseNow(query: Query): Promise<Instant> {
  const [row] = await query(sql`SELECT ${raw(wholeMs('clock_timestamp()'))}`);
  return Number(row?.[0]);
}
