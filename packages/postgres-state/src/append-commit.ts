import { StateUnavailableError, type Commit, type PipelineState } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { jsonText } from './json-text.js';
import { changeDeadLetters } from './stored-dead-letters.js';
import { changeDigests } from './stored-digests.js';
import { leaseLostError, renewLease, WENT_BACK, type LeasedPipelineRow } from './stored-lease.js';
import { lengthsOf, writeParts } from './stored-parts.js';

/**
 * Writes a commit and extends the lease, in one transaction that can be repeated until it is known to have worked: the
 * token and the revision of the row tell whether an attempt took effect whose answer was lost.
 */
export async function appendCommit(
  query: Query,
  row: LeasedPipelineRow,
  commit: Commit,
  previous: PipelineState | undefined,
): Promise<void> {
  const { schema, pipeline, leaseSeconds, token, since } = row;
  const { state, revision, digestChanges, deadLetterChanges } = commit;
  const written = await query(
    `UPDATE "${schema}".pipelines SET revision = ?, lengths = ?,
       held_until = clock_timestamp() + make_interval(secs => ?)
     WHERE name = ? AND token = ? AND extract(epoch FROM held_since)::text = ? AND revision = ? RETURNING revision`,
    [revision, jsonText(lengthsOf(state)), leaseSeconds, pipeline, token, since, revision - 1],
  );
  if (written.length === 0) {
    await assertWritten(query, row, revision);
    return renewLease(query, row);
  }
  await writeParts(query, row, previous, state);
  for (const change of digestChanges) await changeDigests(query, row, change);
  for (const change of deadLetterChanges) await changeDeadLetters(query, row, change);
}

/** Only the holder of the token can have raised the revision, by an earlier attempt of this commit. */
async function assertWritten(query: Query, row: LeasedPipelineRow, revision: number): Promise<void> {
  const { schema, pipeline, token, since } = row;
  const [found] = await query<{ readonly revision: string }>(
    `SELECT revision FROM "${schema}".pipelines
     WHERE name = ? AND token = ? AND extract(epoch FROM held_since)::text = ?`,
    [pipeline, token, since],
  );
  if (found === undefined) throw await leaseLostError(query, row);
  if (Number(found.revision) === revision) return;
  throw new StateUnavailableError(
    `the state of pipeline "${pipeline}" must be at revision ${revision - 1}, but is at ${found.revision}: ${WENT_BACK}`,
  );
}
