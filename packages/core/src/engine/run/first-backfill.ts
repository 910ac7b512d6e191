import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import { exportedEnd, latestEnd } from './window-ends.js';

/** How far the first backfill of a stream is. */
export interface FirstBackfillProgress {
  /** How many records have a final outcome. */
  readonly records: number;
  /** Up to which event time everything is exported; absent until its first window is done. */
  readonly exportedUntil?: Instant;
}

/** Whether the first backfill of every stream is complete. */
export function isBackfilled({ backfilled }: PipelineState, streams: readonly string[]): boolean {
  return streams.every((stream) => backfilled.includes(stream));
}

export function firstBackfillProgress(state: PipelineState, stream: string): FirstBackfillProgress {
  const windows = windowsOf(state, stream);
  const exportedUntil = exportedEnd(windows);
  return { records: recordsIn(windows), ...(exportedUntil === undefined ? {} : { exportedUntil }) };
}

/** About how many records the first backfill of a stream has not read yet; undefined when the source makes no estimates. */
export async function estimateRest(
  source: Source,
  state: PipelineState,
  stream: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const { binding } = state;
  if (source.estimate === undefined || binding === undefined) return undefined;
  if (state.backfilled.includes(stream)) return 0;
  const windows = windowsOf(state, stream);
  const firstOpen = windows.find(({ status }) => status === 'open')?.window.from;
  const from = firstOpen ?? latestEnd(windows) ?? binding.eventFrom ?? Number.NEGATIVE_INFINITY;
  const createdBefore = binding.handover;
  const range = { stream, axis: 'event', from, until: Number.POSITIVE_INFINITY, createdBefore, revisitMs: 0 } as const;
  // Of several workers, others have finished windows behind the first that is open.
  const read = recordsIn(windows.filter(({ window }) => window.from >= from));
  return Math.max(0, (await source.estimate(range, { signal })) - read);
}

function windowsOf({ windows }: PipelineState, stream: string): readonly LedgerWindow[] {
  return windows.filter(({ purpose, window }) => purpose === 'first-backfill' && window.stream === stream);
}

function recordsIn(windows: readonly LedgerWindow[]): number {
  return windows.flatMap(({ segments }) => segments).reduce((sum, { counts }) => sum + counts.read, 0);
}
