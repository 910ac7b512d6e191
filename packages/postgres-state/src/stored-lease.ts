import { StateUnavailableError, describeHolder, type LeaseHolder } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';

/** A pipeline in the tables of a schema. */
export interface PipelineRow {
  readonly schema: string;
  readonly pipeline: string;
}

/** A pipeline's row under a lease. */
export interface LeasedPipelineRow extends PipelineRow {
  readonly leaseSeconds: number;
  /** Grows with every lease: nobody else writes while the row has this one. */
  readonly token: string;
  readonly since: Since;
}

/**
 * When the lease was granted, by the database's clock. A standby that takes over can lack a grant, and then gives its number
 * to another process: the two differ in this alone.
 */
export type Since = string;

/** A lease, and when it ends by the database's clock unless it is renewed. */
export interface StoredLease {
  readonly holder: LeaseHolder;
  readonly until: number;
}

/** The lease that is held now; undefined when there is none. */
export async function readLease(query: Query, { schema, pipeline }: PipelineRow): Promise<StoredLease | undefined> {
  const [row] = await query<{ pid: number; host: string; since: string; until: string }>(
    `SELECT holder_pid AS pid, holder_host AS host, floor(extract(epoch FROM held_since) * 1000)::bigint AS since,
       floor(extract(epoch FROM held_until) * 1000)::bigint AS until
     FROM "${schema}".pipelines WHERE name = ? AND held_until >= clock_timestamp()`,
    [pipeline],
  );
  if (row === undefined) return undefined;
  return { holder: { pid: row.pid, host: row.host, since: Number(row.since) }, until: Number(row.until) };
}

export async function makeRow(query: Query, { schema, pipeline }: PipelineRow): Promise<void> {
  await query(`INSERT INTO "${schema}".pipelines (name) VALUES (?) ON CONFLICT DO NOTHING`, [pipeline]);
}

/** Holds the pipeline's row until the end of the transaction. */
export async function lockRow(query: Query, { schema, pipeline }: PipelineRow): Promise<void> {
  await query(`SELECT FROM "${schema}".pipelines WHERE name = ? FOR UPDATE`, [pipeline]);
}

/** Takes a lease that is free or has expired by the database's clock. Undefined when it is held. */
export async function takeLease(
  query: Query,
  { schema, pipeline }: PipelineRow,
  leaseSeconds: number,
  { pid, host }: Pick<LeaseHolder, 'pid' | 'host'>,
): Promise<Pick<LeasedPipelineRow, 'token' | 'since'> | undefined> {
  const [granted] = await query<Pick<LeasedPipelineRow, 'token' | 'since'>>(
    `UPDATE "${schema}".pipelines SET token = token + 1, holder_pid = ?, holder_host = ?,
       held_since = clock_timestamp(), held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND (held_until IS NULL OR held_until < clock_timestamp())
     RETURNING token, extract(epoch FROM held_since)::text AS since`,
    [pid, host, leaseSeconds, pipeline],
  );
  return granted;
}

/** Extends the lease. Throws `StateUnavailableError` when another worker has taken it. */
export async function renewLease(query: Query, row: LeasedPipelineRow): Promise<void> {
  const renewed = await query(
    `UPDATE "${row.schema}".pipelines SET held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND token = ? AND extract(epoch FROM held_since)::text = ? RETURNING token`,
    [row.leaseSeconds, row.pipeline, row.token, row.since],
  );
  if (renewed.length === 0) throw await leaseLostError(query, row);
}

export async function freeLease(query: Query, { schema, pipeline, token, since }: LeasedPipelineRow): Promise<void> {
  await query(
    `UPDATE "${schema}".pipelines SET held_until = NULL, held_since = NULL, holder_pid = NULL, holder_host = NULL
     WHERE name = ? AND token = ? AND extract(epoch FROM held_since)::text = ?`,
    [pipeline, token, since],
  );
}

/** How a state can be another one than its worker has left, and what to do. */
export const WENT_BACK =
  'a standby took over without the last commits, or it was put back from a backup or changed by hand; nothing was written, ' +
  'run again to continue from there';

export async function leaseLostError(query: Query, row: PipelineRow): Promise<StateUnavailableError> {
  const lease = await readLease(query, row);
  const who =
    lease === undefined
      ? 'another process has had it since, or a standby took over without it'
      : `${describeHolder(lease.holder)} has it now`;
  return new StateUnavailableError(
    `the lease on the state of pipeline "${row.pipeline}" is lost: it expired before it was renewed, and ${who}; what was ` +
      'not committed is exported again',
  );
}
