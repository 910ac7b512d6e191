import { StateError, type LeaseHolder } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { hasTable } from './has-table.js';
import { lockRow, makeRow, readLease, takeLease, type PipelineRow, type StoredLease } from './stored-lease.js';

/** A pipeline's row as one of several workers has it. */
export interface SharedPipelineRow extends PipelineRow {
  readonly leaseSeconds: number;
  readonly worker: number;
}

/** A worker that is among the living, and how many commits it has made. */
export interface StoredWorker {
  readonly worker: number;
  readonly commits: number;
}

type Process = Pick<LeaseHolder, 'pid' | 'host'>;

/** Who holds the pipeline or shares it now, and until when; undefined when nobody does. */
export async function readHolders(query: Query, row: PipelineRow): Promise<StoredLease | undefined> {
  const lease = await readLease(query, row);
  if (lease !== undefined || !(await hasTable(query, row.schema, 'workers'))) return lease;
  const [first, ...others] = await query<{ pid: number; host: string; since: string; until: string }>(
    `SELECT pid, host, floor(extract(epoch FROM since) * 1000)::bigint AS since,
       floor(extract(epoch FROM max(until) OVER ()) * 1000)::bigint AS until
     FROM "${row.schema}".workers WHERE pipeline = ? AND until >= clock_timestamp() ORDER BY worker`,
    [row.pipeline],
  );
  if (first === undefined) return undefined;
  return {
    holder: { pid: first.pid, host: first.host, since: Number(first.since), others: others.length },
    until: Number(first.until),
  };
}

/**
 * Removes the workers whose leases have expired, and returns those that are left: the living. The pipeline's row must be
 * locked. Whoever is removed can never commit or renew again, and a renewal on its way is waited for: so nobody is declared
 * dead who lives on.
 */
export async function buryExpired(query: Query, { schema, pipeline }: PipelineRow): Promise<readonly StoredWorker[]> {
  await query(`DELETE FROM "${schema}".workers WHERE pipeline = ? AND until < clock_timestamp()`, [pipeline]);
  return readWorkers(query, `SELECT worker, commits FROM "${schema}".workers WHERE pipeline = ?`, pipeline);
}

/** The living, as far as one can tell without a lock. */
export async function seenWorkers(query: Query, { schema, pipeline }: PipelineRow): Promise<readonly StoredWorker[]> {
  return readWorkers(
    query,
    `SELECT worker, commits FROM "${schema}".workers WHERE pipeline = ? AND until >= clock_timestamp()`,
    pipeline,
  );
}

async function readWorkers(query: Query, select: string, pipeline: string): Promise<readonly StoredWorker[]> {
  const rows = await query<{ readonly worker: string; readonly commits: string }>(select, [pipeline]);
  return rows.map(({ worker, commits }) => ({ worker: Number(worker), commits: Number(commits) }));
}

/** Takes the lease of the whole pipeline, unless somebody holds or shares it. Returns its token; undefined when it is held. */
export async function takeWhole(
  query: Query,
  row: PipelineRow,
  leaseSeconds: number,
  holder: Process,
): Promise<string | undefined> {
  await makeRow(query, row);
  await lockRow(query, row);
  const living = await buryExpired(query, row);
  return living.length > 0 ? undefined : takeLease(query, row, leaseSeconds, holder);
}

/** Becomes one of the workers. Returns its number; undefined when somebody holds the whole pipeline. */
export async function joinWorkers(
  query: Query,
  row: PipelineRow,
  leaseSeconds: number,
  { pid, host }: Process,
): Promise<number | undefined> {
  const { schema, pipeline } = row;
  await makeRow(query, row);
  await lockRow(query, row);
  await buryExpired(query, row);
  // The next token, so that who held the whole pipeline before can commit nothing more. The first of the living learns the
  // ceiling again.
  const [granted] = await query<{ readonly token: string }>(
    `UPDATE "${schema}".pipelines SET token = token + 1, holder_pid = NULL, holder_host = NULL,
       held_since = NULL, held_until = NULL,
       ceiling_bytes = CASE WHEN EXISTS (SELECT FROM "${schema}".workers WHERE pipeline = name) THEN ceiling_bytes END
     WHERE name = ? AND (held_until IS NULL OR held_until < clock_timestamp()) RETURNING token`,
    [pipeline],
  );
  if (granted === undefined) return undefined;
  await query(
    `INSERT INTO "${schema}".workers (pipeline, worker, pid, host, since, until)
     VALUES (?, ?, ?, ?, clock_timestamp(), clock_timestamp() + make_interval(secs => ?))`,
    [pipeline, granted.token, pid, host, leaseSeconds],
  );
  return Number(granted.token);
}

/** Extends the lease of a worker that is among the living. Throws `StateError` when it has expired. */
export async function renewWorker(query: Query, row: SharedPipelineRow): Promise<void> {
  const renewed = await query(
    `UPDATE "${row.schema}".workers SET until = clock_timestamp() + make_interval(secs => ?)
     WHERE pipeline = ? AND worker = ? AND until >= clock_timestamp() RETURNING worker`,
    [row.leaseSeconds, row.pipeline, row.worker],
  );
  if (renewed.length === 0) throw workerLostError(row);
}

export async function freeWorker(query: Query, { schema, pipeline, worker }: SharedPipelineRow): Promise<void> {
  await query(`DELETE FROM "${schema}".workers WHERE pipeline = ? AND worker = ?`, [pipeline, worker]);
}

export function workerLostError({ pipeline, worker }: SharedPipelineRow): StateError {
  return new StateError(
    `the lease of worker ${worker} on the state of pipeline "${pipeline}" is lost: it expired before it was renewed; what ` +
      'was not committed is exported again',
  );
}

/** Reserves the sending of events at a pace that all workers share. Returns how long to wait, in milliseconds. */
export async function reserve(query: Query, { schema, pipeline }: PipelineRow, seconds: number): Promise<number> {
  const [reserved] = await query<{ readonly wait: number }>(
    `INSERT INTO "${schema}".paces AS pace (pipeline, next)
     VALUES (?, clock_timestamp() + make_interval(secs => ?))
     ON CONFLICT (pipeline) DO UPDATE
       SET next = greatest(pace.next, clock_timestamp()) + make_interval(secs => ?)
     RETURNING extract(epoch FROM next - make_interval(secs => ?) - clock_timestamp())::float8 AS wait`,
    [pipeline, seconds, seconds, seconds],
  );
  return Math.max(0, (reserved?.wait ?? 0) * 1000);
}
