import { EMPTY_STATE, parseStoredState, StateError, type LeaseHolder, type PipelineState } from '@sluice/core';
import type { Query } from './database.js';

interface StateRow {
  readonly state: unknown;
}

interface HolderRow {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
  readonly until: string;
}

/** A lease, and when it ends by the database's clock unless it is renewed. */
export interface HeldLease {
  readonly holder: LeaseHolder;
  readonly until: number;
}

export function stateOf(json: unknown, schema: string, pipeline: string): PipelineState {
  if (json === null) return EMPTY_STATE;
  const state = parseStoredState(json);
  if (state !== undefined) return state;
  throw new StateError(
    `the state of pipeline "${pipeline}" in schema ${schema} was changed by hand, or written by another version: use ` +
      'the version that wrote it or a newer one, or put the schema back from a backup',
  );
}

export async function readState(query: Query, schema: string, pipeline: string): Promise<PipelineState> {
  const [row] = await query<StateRow>(`SELECT state FROM "${schema}".pipelines WHERE name = ?`, [pipeline]);
  return row === undefined ? EMPTY_STATE : stateOf(row.state, schema, pipeline);
}

/** The lease of this moment; undefined when nobody has it. */
export async function readLease(query: Query, schema: string, pipeline: string): Promise<HeldLease | undefined> {
  const [row] = await query<HolderRow>(
    `SELECT holder_pid AS pid, holder_host AS host, floor(extract(epoch FROM held_since) * 1000)::bigint AS since,
       floor(extract(epoch FROM held_until) * 1000)::bigint AS until
     FROM "${schema}".pipelines WHERE name = ? AND held_until >= clock_timestamp()`,
    [pipeline],
  );
  if (row === undefined) return undefined;
  return { holder: { pid: row.pid, host: row.host, since: Number(row.since) }, until: Number(row.until) };
}

export function describeHolder({ pid, host, since }: LeaseHolder): string {
  return `process ${pid} on ${host} since ${new Date(since).toISOString()}`;
}
