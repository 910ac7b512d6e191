import { HOUR_MS, hourOf } from '../contracts/digest.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import { EMPTY_STATE, type PipelineState } from '../contracts/pipeline-state.js';
import type { Instant } from '../contracts/value.js';

/** The earliest moment to which following can go back: the first full hour after the handover. */
export function earliestRewind(handover: Instant): Instant {
  return hourOf(handover + HOUR_MS - 1);
}

/** The state in which everything is done again under a new binding. Counts and history are kept. */
export function rewindToStart(state: PipelineState): PipelineState {
  const { revision, nextWindowId, totals, days, history, lastRun } = state;
  const kept = { revision, nextWindowId, totals, days, history };
  return { ...EMPTY_STATE, ...kept, ...(lastRun === undefined ? {} : { lastRun }) };
}

/**
 * Where a rewind of a stream ends: an open window that contains `to` was partly read, so it is read again from its start. If
 * that is in another open window, as with the slices of one, it is read again as well.
 */
export function rewindPoint(state: PipelineState, stream: string, to: Instant): Instant {
  const open = state.windows.filter((each) => each.status === 'open' && isRewound(each, stream));
  const starts = open.filter(({ window }) => window.until > to).map(({ window }) => hourOf(window.from));
  const point = Math.min(to, ...starts);
  return point === to ? to : rewindPoint(state, stream, point);
}

/** Cuts following and repairs of the stream at its rewind point. */
export function rewindStream(state: PipelineState, stream: string, to: Instant): PipelineState {
  const point = rewindPoint(state, stream, to);
  return {
    ...state,
    held: state.held.filter((record) => record.stream !== stream || record.createdAt < point),
    windows: state.windows.flatMap((each) => {
      if (!isRewound(each, stream) || each.window.until <= point) return [each];
      if (each.window.from >= point || each.status === 'open') return [];
      return [{ ...each, window: { ...each.window, until: point } }];
    }),
  };
}

/** Whether a rewind of the stream changes the window: the history before the handover stays. */
export function isRewound({ purpose, window }: LedgerWindow, stream: string): boolean {
  return window.stream === stream && (purpose === 'following' || purpose === 'repair');
}
