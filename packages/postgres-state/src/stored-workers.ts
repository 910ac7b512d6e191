import { StateUnavailableError, type LeaseHolder } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { hasTable } from './has-table.js';
import {
  lockRow,
  makeRow,
  readLease,
  takeLease,
  WENT_BACK,
  type LeasedPipelineRow,
  type PipelineRow,
  type Since,
  type StoredLease,
} from './stored-lease.js';

/** A pipeline's row as one of several workers has it. */
export interface SharedPipelineRow extends PipelineRow {
  readonly leaseSeconds: number;
  readonly worker: number;
  readonly since: Since;
}

/** A worker that is among the living, and how many commits it has made. */
export interface StoredWorker extends Pick<SharedPipelineRow, 'worker' | 'since'> {
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
  return readWorkers(query, `SELECT ${COLUMNS} FROM "${schema}".workers WHERE pipeline = ?`, [pipeline]);
}

/** The living, as far as one can tell without a lock. */
export async function seenWorkers(query: Query, { schema, pipeline }: PipelineRow): Promise<readonly StoredWorker[]> {
  return readWorkers(
    query,
    `SELECT ${COLUMNS} FROM "${schema}".workers WHERE pipeline = ? AND until >= clock_timestamp()`,
    [pipeline],
  );
}

const COLUMNS = 'worker, commits, extract(epoch FROM since)::text AS since';

async function readWorkers(
  query: Query,
  text: string,
  bindings: readonly (string | number)[],
): Promise<readonly StoredWorker[]> {
  const rows = await query<{ readonly worker: string; readonly commits: string; readonly since: Since }>(
    text,
    bindings,
  );
  return rows.map(({ worker, commits, since }) => ({ worker: Number(worker), commits: Number(commits), since }));
}

/** Takes the lease of the whole pipeline. Undefined when somebody holds or shares it. */
export async function takeWhole(
  query: Query,
  row: PipelineRow,
  leaseSeconds: number,
  holder: Process,
): Promise<Pick<LeasedPipelineRow, 'token' | 'since'> | undefined> {
  await makeRow(query, row);
  await lockRow(query, row);
  const living = await buryExpired(query, row);
  return living.length > 0 ? undefined : takeLease(query, row, leaseSeconds, holder);
}

/** Becomes one of the workers. Undefined when somebody holds the whole pipeline. */
export async function joinWorkers(
  query: Query,
  row: PipelineRow,
  leaseSeconds: number,
  { pid, host }: Process,
): Promise<Pick<SharedPipelineRow, 'worker' | 'since'> | undefined> {
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
  const [joined] = await query<{ readonly since: Since }>(
    `INSERT INTO "${schema}".workers (pipeline, worker, pid, host, since, until)
     VALUES (?, ?, ?, ?, clock_timestamp(), clock_timestamp() + make_interval(secs => ?))
     RETURNING extract(epoch FROM since)::text AS since`,
    [pipeline, granted.token, pid, host, leaseSeconds],
  );
  return joined && { worker: Number(granted.token), since: joined.since };
}

/**
 * Extends the lease of a worker that is among the living. Throws `StateUnavailableError` when it has expired, or when the state has
 * fewer `commits` than the worker has made.
 */
export async function renewWorker(query: Query, row: SharedPipelineRow, commits: number): Promise<void> {
  const renewed = await readWorkers(
    query,
    `UPDATE "${row.schema}".workers SET until = clock_timestamp() + make_interval(secs => ?)
     WHERE pipeline = ? AND worker = ? AND until >= clock_timestamp() RETURNING ${COLUMNS}`,
    [row.leaseSeconds, row.pipeline, row.worker],
  );
  ownAmong(renewed, row, commits);
}

/**
 * A worker as the state knows it. Throws `StateUnavailableError` when it is not among the living, or when the state has fewer `commits`
 * than the worker has made: what it remembers of its windows is then no longer so.
 */
export function ownAmong(living: readonly StoredWorker[], row: SharedPipelineRow, commits: number): StoredWorker {
  const { pipeline, worker, since } = row;
  const own = living.find((each) => each.worker === worker && each.since === since);
  if (own === undefined) throw workerLostError(row);
  if (own.commits >= commits) return own;
  throw new StateUnavailableError(
    `the state of pipeline "${pipeline}" has ${own.commits} of the ${commits} commits of worker ${worker}: ${WENT_BACK}`,
  );
}

export async function freeWorker(query: Query, { schema, pipeline, worker, since }: SharedPipelineRow): Promise<void> {
  await query(
    `DELETE FROM "${schema}".workers WHERE pipeline = ? AND worker = ? AND extract(epoch FROM since)::text = ?`,
    [pipeline, worker, since],
  );
}

function workerLostError({ pipeline, worker }: SharedPipelineRow): StateUnavailableError {
  return new StateUnavailableError(
    `the lease of worker ${worker} on the state of pipeline "${pipeline}" is lost: it expired before it was renewed, or a ` +
      'standby took over without it; what was not committed is exported again',
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
