import { HOUR_MS } from '../../contracts/digest.js';
import type { Backfill } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';

/** History to export, by event time: half-open, and only records created before a time. */
type EventRange = Pick<Backfill, 'from' | 'until' | 'createdBefore'>;

/** A short range is divided into this many windows, or more if `maxWindow` requires it. */
const PARTS = 24;

/** Short enough to run several windows in parallel, to show progress and to resume. */
function windowMs({ from, until }: EventRange, maxWindowMs: number): number {
  return Math.min(maxWindowMs, Math.max(HOUR_MS, Math.ceil((until - from) / PARTS)));
}

/**
 * Plans the next window of a stream after `plannedUntil`; undefined when no record is left. A gap between two windows
 * becomes an empty window, which is not read.
 */
export async function planEventWindow(
  stream: string,
  range: EventRange,
  plannedUntil: Instant | undefined,
  {
    source,
    maxWindowMs,
    signal,
  }: { readonly source: Pick<Source, 'next'>; readonly maxWindowMs: number; readonly signal: AbortSignal },
): Promise<{ readonly window: Window; readonly isEmpty: boolean } | undefined> {
  const { until: end, createdBefore } = range;
  const after = plannedUntil ?? range.from;
  if (after >= end) return undefined;
  const first = await source.next(stream, 'event', after, { createdBefore, signal });
  if (first === undefined || first >= end) return undefined;
  const isEmpty = plannedUntil !== undefined && first > plannedUntil;
  const [from, until] = isEmpty ? [plannedUntil, first] : [first, Math.min(end, first + windowMs(range, maxWindowMs))];
  return { window: { stream, axis: 'event', from, until, createdBefore, revisitMs: 0 }, isEmpty };
}
