import type { Query } from '@sluice/postgres';
import type { StoredRevision } from './changed-state.js';
import type { PipelineRow } from './stored-lease.js';

/** A pipeline's row as its workers read it. */
export interface SharedPipeline extends StoredRevision {
  /** How much longer the workers send nothing, in milliseconds. */
  readonly backOffMs: number;
}

/** Reads the row. `locks`: holds it until the end of the transaction. */
export async function readPipeline(
  query: Query,
  { schema, pipeline }: PipelineRow,
  { locks = false }: { readonly locks?: boolean } = {},
): Promise<SharedPipeline> {
  const [row] = await query<Omit<SharedPipeline, 'revision'> & { readonly revision: string }>(
    `SELECT revision, lengths, pg_postmaster_start_time()::text AS server,
       greatest(0, extract(epoch FROM back_off_until - clock_timestamp()) * 1000)::float8 AS "backOffMs"
     FROM "${schema}".pipelines WHERE name = ? ${locks ? 'FOR UPDATE' : ''}`,
    [pipeline],
  );
  if (row === undefined) return { revision: 0, lengths: null, server: undefined, backOffMs: 0 };
  return { ...row, revision: Number(row.revision) };
}

/** Makes the workers send nothing for this long. Only ever prolongs it. Returns how long it is now, in milliseconds. */
export async function prolongBackOff(query: Query, { schema, pipeline }: PipelineRow, ms: number): Promise<number> {
  const [row] = await query<{ readonly leftMs: number }>(
    `UPDATE "${schema}".pipelines
     SET back_off_until = greatest(back_off_until, clock_timestamp() + make_interval(secs => ?))
     WHERE name = ?
     RETURNING (extract(epoch FROM back_off_until - clock_timestamp()) * 1000)::float8 AS "leftMs"`,
    [ms / 1000, pipeline],
  );
  return row?.leftMs ?? 0;
}
