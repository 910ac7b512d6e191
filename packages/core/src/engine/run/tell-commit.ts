import { eventId } from '../../contracts/event.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { FinishedPrefix } from '../delivery/ordered-acks.js';
import type { RunContext } from '../pipeline.js';
import { followedUntil } from './followed-until.js';

/** Tells the observer up to when the streams are followed. */
export function tellFollowed(state: PipelineState, streams: readonly string[], { observe }: RunContext): void {
  if (state.binding === undefined) return;
  const until = followedUntil(state, streams);
  observe({ kind: 'followed', ...(until === undefined ? {} : { until }), ...openIn(state) });
}

/** Tells the observer and the log what a commit has added to a window. `state`: after it. */
export function tellCommitted(
  { id: window, window: { stream } }: LedgerWindow,
  { counts, deadLetters }: FinishedPrefix,
  state: PipelineState,
  { logger, observe }: RunContext,
): void {
  observe({ kind: 'committed', stream, counts, deadLetters: deadLetters.length, ...openIn(state) });
  for (const { id, key, reason, event } of deadLetters) {
    const about = { window, stream, deadLetter: id, key, ...(event ? { event: eventId(event) } : {}), reason };
    logger.warn(about, 'a record could not be delivered and became a dead letter');
  }
}

function openIn({ openDeadLetters, held }: PipelineState) {
  return { openDeadLetters, heldRecords: held.length };
}
