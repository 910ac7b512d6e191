import { StateError, type AppliedCommit } from '@sluice/core';
import type { Query } from './database.js';
import { jsonText } from './json-text.js';
import { changeDeadLetters } from './stored-dead-letters.js';
import { changeDigests } from './stored-digests.js';
import { describeHolder, readLease } from './stored-pipeline.js';

/** Whose state is written, and by whom. */
export interface HeldPipeline {
  readonly pipeline: string;
  readonly schema: string;
  readonly leaseSeconds: number;
  /** Given out with the lease, growing: nobody else writes as long as the row has it. */
  readonly token: string;
}

interface PipelineRow {
  readonly token: string;
  readonly revision: string;
}

/** Prolongs the lease; `StateError` when somebody else has it. */
export async function renewLease(query: Query, { schema, pipeline, leaseSeconds, token }: HeldPipeline): Promise<void> {
  const renewed = await query(
    `UPDATE "${schema}".pipelines SET held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND token = ? RETURNING token`,
    [leaseSeconds, pipeline, token],
  );
  if (renewed.length === 0) throw await lostError(query, { schema, pipeline });
}

export async function freeLease(query: Query, { schema, pipeline, token }: HeldPipeline): Promise<void> {
  await query(
    `UPDATE "${schema}".pipelines SET held_until = NULL, held_since = NULL, holder_pid = NULL, holder_host = NULL
     WHERE name = ? AND token = ?`,
    [pipeline, token],
  );
}

/**
 * Inside one transaction, in as many attempts as it takes until one is known to have worked: the row's token and revision
 * tell what became of an attempt whose answer was lost.
 */
export async function writeCommit(
  query: Query,
  held: HeldPipeline,
  { state, digestChanges, deadLetterChanges }: AppliedCommit,
): Promise<void> {
  const { schema, pipeline, leaseSeconds, token } = held;
  const written = await query(
    `UPDATE "${schema}".pipelines SET state = ?::json, revision = ?,
       held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND token = ? AND revision = ? RETURNING revision`,
    [jsonText(state), state.revision, leaseSeconds, pipeline, token, state.revision - 1],
  );
  if (written.length === 0) {
    await assertWritten(query, held, state.revision);
    return renewLease(query, held);
  }
  for (const change of digestChanges) await changeDigests(query, schema, pipeline, change);
  for (const change of deadLetterChanges) await changeDeadLetters(query, schema, pipeline, change);
}

/** Only who has the token can have moved the revision on: then it was an earlier attempt of this commit. */
async function assertWritten(query: Query, held: HeldPipeline, revision: number): Promise<void> {
  const { schema, pipeline, token } = held;
  const [row] = await query<PipelineRow>(`SELECT token, revision FROM "${schema}".pipelines WHERE name = ?`, [
    pipeline,
  ]);
  if (row?.token !== token) throw await lostError(query, held);
  if (Number(row.revision) === revision) return;
  throw new StateError(
    `the state of pipeline "${pipeline}" is not at revision ${revision - 1} but at ${row.revision}: was it changed by ` +
      'hand, or put back from a backup? Nothing was written; run again, and it goes on from there',
  );
}

async function lostError(
  query: Query,
  { schema, pipeline }: Pick<HeldPipeline, 'schema' | 'pipeline'>,
): Promise<StateError> {
  const lease = await readLease(query, schema, pipeline);
  const who = lease === undefined ? 'another process had it since' : `${describeHolder(lease.holder)} has it now`;
  return new StateError(
    `the lease on the state of pipeline "${pipeline}" is lost: it ran out before it was renewed, and ${who}. Nothing ` +
      'that was not committed is lost: it is exported again',
  );
}
