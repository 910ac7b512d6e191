import type { Query } from '@sluice/postgres';
import type { StoredRevision } from './changed-state.js';
import type { PipelineRow } from './stored-lease.js';

/** What the workers of a pipeline have learned of the destination: see `SharedStateWriter`. */
export interface SharedLimits {
  readonly backOffMs: number;
  readonly ceilingBytes: number;
}

/** A pipeline's row as its workers read it. */
export type SharedPipeline = StoredRevision & SharedLimits;

const LIMITS = `greatest(0, extract(epoch FROM back_off_until - clock_timestamp()) * 1000)::float8 AS "backOffMs",
  coalesce(ceiling_bytes::float8, 'Infinity') AS "ceilingBytes"`;

const NO_LIMITS: SharedLimits = { backOffMs: 0, ceilingBytes: Infinity };

/** Reads the row. `locks`: holds it until the end of the transaction. */
export async function readPipeline(
  query: Query,
  { schema, pipeline }: PipelineRow,
  { locks = false }: { readonly locks?: boolean } = {},
): Promise<SharedPipeline> {
  const [row] = await query<Omit<SharedPipeline, 'revision'> & { readonly revision: string }>(
    `SELECT revision, lengths, pg_postmaster_start_time()::text AS server, ${LIMITS}
     FROM "${schema}".pipelines WHERE name = ? ${locks ? 'FOR UPDATE' : ''}`,
    [pipeline],
  );
  if (row === undefined) return { revision: 0, lengths: null, server: undefined, ...NO_LIMITS };
  return { ...row, revision: Number(row.revision) };
}

/** Makes the workers send nothing for this long. Only ever prolongs it. */
export async function prolongBackOff(query: Query, row: PipelineRow, ms: number): Promise<SharedLimits> {
  return changeLimits(query, row, {
    change: 'back_off_until = greatest(back_off_until, clock_timestamp() + make_interval(secs => ?))',
    by: ms / 1000,
  });
}

/** Tells the workers up to which size the destination takes a request. Only ever lowers it. */
export async function lowerCeiling(query: Query, row: PipelineRow, bytes: number): Promise<SharedLimits> {
  return changeLimits(query, row, { change: 'ceiling_bytes = least(ceiling_bytes, ?)', by: bytes });
}

/** Returns the limits after the change. */
async function changeLimits(
  query: Query,
  { schema, pipeline }: PipelineRow,
  { change, by }: { readonly change: string; readonly by: number },
): Promise<SharedLimits> {
  const [limits] = await query<SharedLimits>(
    `UPDATE "${schema}".pipelines SET ${change} WHERE name = ? RETURNING ${LIMITS}`,
    [by, pipeline],
  );
  return limits ?? NO_LIMITS;
}
