import { SluiceError, type CheckResult } from '@sluice/core/adapter';
import type { ReadPlan } from '@sluice/core/source';
import { marked, raw, replicaFindings, sql, wholeMs, type ReadOnlyTransactions, type SqlQuery } from '@sluice/postgres';
import { driftOf } from '../drift.js';
import { readRelation } from '../read-columns.js';
import type { TableStream } from '../table-stream.js';
import { indexFindings } from './check-indexes.js';
import { keyFinding } from './check-key.js';
import { timeFindings } from './check-times.js';
import { transactionFinding } from './check-transactions.js';

export interface CheckOptions {
  readonly plan: ReadPlan | undefined;
  readonly replicaDelaySeconds: number | undefined;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

type Check = (query: SqlQuery) => Promise<readonly CheckResult[]>;

/** Checks everything that a run needs. */
export async function checkTables(
  transactions: ReadOnlyTransactions,
  streams: readonly TableStream[],
  { plan, replicaDelaySeconds, now, signal }: CheckOptions,
): Promise<readonly CheckResult[]> {
  const attempt = async (name: string, check: Check, outcome: 'bad' | 'unknown' = 'unknown', fix?: string) => {
    try {
      return await transactions.run(check, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof SluiceError)) throw error;
      return [{ name, outcome, message: error.message, ...(fix !== undefined && { fix }) }];
    }
  };
  const reached = await attempt(
    'database reachable',
    reachFindings(now),
    'bad',
    'correct url, or what the message names',
  );
  if (reached.some(({ outcome }) => outcome === 'bad')) return reached;
  const findings = [...reached, ...(await attempt('replica', (query) => replicaFindings(query, replicaDelaySeconds)))];
  const read = plan?.streams.map(({ stream }) => stream);
  for (const stream of streams.filter(({ name }) => read?.includes(name) ?? true)) {
    const { name } = stream;
    const described = await attempt(
      `description of ${name}`,
      async (query) => [await descriptionFinding(query, stream)],
      'bad',
      'correct the query or the description in the schema file',
    );
    findings.push(...described);
    if (described.some(({ outcome }) => outcome === 'bad')) continue;
    const refused = await attempt(
      `rows of ${name}`,
      (query) => planRows(query, stream),
      'bad',
      'grant what is missing',
    );
    findings.push(...refused);
    if (refused.length > 0) continue;
    const checks: readonly [string, Check][] = [
      [`indexes of ${name}`, (query) => indexFindings(query, stream)],
      [`key of ${name}`, async (query) => [await keyFinding(query, stream)]],
      [`times of ${name}`, (query) => timeFindings(query, stream)],
    ];
    for (const [what, check] of checks) findings.push(...(await attempt(what, check)));
    if (plan !== undefined && plan.revisitMs > 0 && stream.updated === undefined) {
      findings.push({
        name: `changes of ${name}`,
        outcome: 'warning',
        message: 'the stream has no `updated`: revisit finds no changes in it',
        fix: 'name the time of the last change as `updated`, or set revisit: 0s',
      });
    }
  }
  if (plan !== undefined) {
    findings.push(...(await attempt('settle', async (query) => [await transactionFinding(query, plan.settleMs)])));
  }
  return findings;
}

/** The server refuses the plan where it would hide rows, and where a view or a query needs what the role has not. */
async function planRows(query: SqlQuery, { relation }: TableStream): Promise<readonly CheckResult[]> {
  await query(sql`EXPLAIN SELECT FROM ${raw(relation)} AS r`);
  return [];
}

/** How far apart the clocks may be without a warning. */
const CLOCK_TOLERANCE_MS = 5000;

function reachFindings(now: () => number): Check {
  return async (query) => {
    const [row] = await query(sql`SELECT current_user, current_setting('server_version'), pg_is_in_recovery(),
      ${raw(wholeMs('clock_timestamp()'))}`);
    const kind = row?.[2] === 't' ? 'replica' : 'primary';
    const aheadMs = Number(row?.[3]) - now();
    const apart = `the database is ${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} this machine`;
    const clock: CheckResult =
      Math.abs(aheadMs) <= CLOCK_TOLERANCE_MS
        ? { name: 'clock', outcome: 'good', message: apart }
        : { name: 'clock', outcome: 'warning', message: apart, fix: 'synchronize both clocks with NTP' };
    const message = `as ${row?.[0]}, PostgreSQL ${row?.[1]}, ${kind}`;
    return [{ name: 'database reachable', outcome: 'good', message }, clock];
  };
}

async function descriptionFinding(query: SqlQuery, stream: TableStream): Promise<CheckResult> {
  const name = `description of ${stream.name}`;
  const relation = await readRelation(query, stream);
  const drift = driftOf(stream, relation);
  if (drift.length > 0) {
    const fix = 'correct the schema file: sluice schema pull does so for types and nulls';
    return { name, outcome: 'bad', message: drift.join('; '), fix };
  }
  const columns = new Set([...stream.fields.values()].map(({ column }) => column));
  const denied = relation?.columns.filter((column) => columns.has(column.name) && !column.isReadable) ?? [];
  if (denied.length > 0) {
    const names = denied.map((column) => `"${column.name.replaceAll('"', '""')}"`).join(', ');
    const [role] = await query(sql`SELECT quote_ident(current_user)`);
    return {
      name,
      outcome: 'bad',
      message: `the role cannot read ${denied.map((column) => `${stream.what}.${column.name}`).join(', ')}`,
      fix: 'grant what is missing',
      statements: [`GRANT SELECT (${names}) ON ${marked(stream.relation)} TO ${role?.[0]};`],
    };
  }
  const wrong = [...stream.fields.values()].filter(
    ({ column, nullable, description }) =>
      !nullable &&
      description.coalesce === undefined &&
      relation?.columns.find((each) => each.name === column)?.nullable === true,
  );
  if (wrong.length > 0) {
    const list = wrong.map((field) => field.name).join(', ');
    const message = `${list} may be null in the database: such a record becomes a dead letter`;
    return { name, outcome: 'warning', message, fix: 'remove `nullable: false`, or pull the schema again' };
  }
  return { name, outcome: 'good', message: `${stream.what} has the ${stream.fields.size} described columns` };
}
