import { SluiceError, type CheckResult, type Instant } from '@sluice/core';
import { assertNoDrift, readColumns, REQUIRED_COLUMNS, type Column } from './drift.js';
import { excessRights } from './excess-rights.js';
import type { Query, ReadOnlyTransactions } from '../read/read-only-transactions.js';
import { raw, sql, wholeMs } from '../sql/sql.js';

export interface AccessOptions {
  readonly frozen: 'refuse' | 'finish';
  /** The clock of this machine. */
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

/** A difference of clocks that `settle` is sure to cover. */
const CLOCK_TOLERANCE_MS = 60_000;

/** Whether the database is there, is Langfuse's and may be read: what all other checks need. */
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
    const fix = 'correct the url of the source, or see to it that the database is running and can be reached from here';
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
    const message = 'upgraded to Langfuse v3: the tables no longer grow; what they hold is exported';
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
  if (denied.length === 0) return { name, outcome: 'good', message: 'every needed column can be read' };
  const tables = [...new Set(denied.map((column) => column.table))].join(', ');
  const message = `may not read ${denied.map(({ table, name: column }) => `${table}.${column}`).join(', ')}`;
  return { name, outcome: 'bad', message, fix: `GRANT SELECT ON ${tables} to the role of url` };
}

async function excessFinding(query: Query): Promise<CheckResult> {
  const name = 'further permissions';
  const excess = await excessRights(query);
  if (excess.length === 0) return { name, outcome: 'good', message: 'the role can read what is needed, and no more' };
  const fix = 'use a role that may do no more: docs/langfuse-postgres-source.md has the statements';
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
    fix: 'set both clocks by NTP, or make settle longer than the difference',
  };
}

/** The database's own clock. */
export async function databaseNow(query: Query): Promise<Instant> {
  const [row] = await query(sql`SELECT ${raw(wholeMs('clock_timestamp()'))}`);
  return Number(row?.[0]);
}
