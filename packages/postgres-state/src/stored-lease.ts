import { StateError, describeHolder, type LeaseHolder } from '@sluice/core/state';
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
}

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

/** Takes a lease that is free or has expired by the database's clock. Returns its token; undefined when it is held. */
export async function takeLease(
  query: Query,
  { schema, pipeline }: PipelineRow,
  leaseSeconds: number,
  { pid, host }: Pick<LeaseHolder, 'pid' | 'host'>,
): Promise<string | undefined> {
  const [granted] = await query<{ readonly token: string }>(
    `UPDATE "${schema}".pipelines SET token = token + 1, holder_pid = ?, holder_host = ?,
       held_since = clock_timestamp(), held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND (held_until IS NULL OR held_until < clock_timestamp()) RETURNING token`,
    [pid, host, leaseSeconds, pipeline],
  );
  return granted?.token;
}

/** Extends the lease. Throws `StateError` when another worker has taken it. */
export async function renewLease(query: Query, row: LeasedPipelineRow): Promise<void> {
  const renewed = await query(
    `UPDATE "${row.schema}".pipelines SET held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND token = ? RETURNING token`,
    [row.leaseSeconds, row.pipeline, row.token],
  );
  if (renewed.length === 0) throw await leaseLostError(query, row);
}

export async function freeLease(query: Query, { schema, pipeline, token }: LeasedPipelineRow): Promise<void> {
  await query(
    `UPDATE "${schema}".pipelines SET held_until = NULL, held_since = NULL, holder_pid = NULL, holder_host = NULL
     WHERE name = ? AND token = ?`,
    [pipeline, token],
  );
}

export async function leaseLostError(query: Query, row: PipelineRow): Promise<StateError> {
  const lease = await readLease(query, row);
  const who = lease === undefined ? 'another process had it since' : `${describeHolder(lease.holder)} has it now`;
  return new StateError(
    `the lease on the state of pipeline "${row.pipeline}" is lost: it expired before it was renewed, and ${who}; what was ` +
      'not committed is exported again',
  );
}
