import { pipelineStatus, stateOverview, type RunReport } from '@sluice/core/engine';
import { NO_COUNTS } from '@sluice/core/state';
import { isDeepStrictEqual } from 'node:util';
import type { EndParts } from './check-end.js';
import type { Oracle } from './oracle.js';
import type { WorkerRecord } from './worker-record.js';

/** What the report of a run says must be what its worker sent and committed. */
export function checkReport(
  { streams, requests }: RunReport,
  outcome: string,
  { committed, lostCommits, requests: sent }: WorkerRecord,
  oracle: Oracle,
): void {
  // A commit that looks failed is not in the report, and the request of a stopped run may not be either.
  if (outcome !== 'done' || lostCommits > 0) return;
  if (requests !== sent) oracle.fail(`a run reports ${requests} requests but made ${sent}`);
  for (const [stream, counts] of Object.entries(streams)) {
    if (isDeepStrictEqual(counts, committed.get(stream) ?? NO_COUNTS)) continue;
    oracle.fail(`a run reports other counts of ${stream} than those of its commits`);
  }
}

/** When everything is done, status and overview say so, with the counts of the commits. */
export async function checkStatus({ reader, oracle, streams, nowMs }: EndParts): Promise<void> {
  const state = await reader.read();
  const inputs = { streams, now: nowMs, settleMs: 0, revisitMs: 0, nextRun: () => Number.POSITIVE_INFINITY };
  const status = pipelineStatus(state, inputs);
  const { openDeadLetters, pause, lastRun, troubles } = status;
  if (openDeadLetters !== oracle.letters.open.length)
    oracle.fail('the status counts other dead letters than there are');
  if (pause !== undefined || lastRun?.outcome !== 'done' || troubles.length > 0) {
    oracle.fail(`the pipeline is done but has trouble: ${JSON.stringify({ pause, lastRun, troubles })}`);
  }
  for (const { stream, counts, isBackfilled } of status.streams) {
    if (!isDeepStrictEqual(counts, oracle.totals(stream))) oracle.fail(`the status has other counts of ${stream}`);
    if (!isBackfilled) oracle.fail(`the first backfill of ${stream} is done, but the status says no`);
  }
  for (const { stream, digests } of (await stateOverview(reader)).streams) {
    const records = oracle.recordsFrom(stream, Number.NEGATIVE_INFINITY);
    if ((digests?.records ?? 0) !== records) oracle.fail(`the overview has another number of records of ${stream}`);
  }
}
