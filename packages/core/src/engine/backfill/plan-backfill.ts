import { HOUR_MS } from '../../contracts/digest.js';
import type { Backfill } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';

/** A short range is divided into this many windows, or more if `maxWindow` requires it. */
const PARTS = 24;

export interface BackfillPlanning {
  readonly source: Pick<Source, 'next'>;
  readonly maxWindowMs: number;
  readonly signal: AbortSignal;
}

/** Short enough to run several windows in parallel, to show progress and to resume. */
function backfillWindowMs({ from, until }: Pick<Backfill, 'from' | 'until'>, maxWindowMs: number): number {
  return Math.min(maxWindowMs, Math.max(HOUR_MS, Math.ceil((until - from) / PARTS)));
}

/**
 * Plans the next window of a stream after `plannedUntil`; undefined when no record is left. A gap between two windows
 * becomes an empty window, which is not read.
 */
export async function planBackfillWindow(
  stream: string,
  { from: begin, until: end, createdBefore }: Pick<Backfill, 'from' | 'until' | 'createdBefore'>,
  plannedUntil: Instant | undefined,
  { source, maxWindowMs, signal }: BackfillPlanning,
): Promise<{ readonly window: Window; readonly isEmpty: boolean } | undefined> {
  const after = plannedUntil ?? begin;
  if (after >= end) return undefined;
  const first = await source.next(stream, 'event', after, { createdBefore, signal });
  if (first === undefined || first >= end) return undefined;
  const isEmpty = plannedUntil !== undefined && first > plannedUntil;
  const windowMs = backfillWindowMs({ from: begin, until: end }, maxWindowMs);
  const [from, until] = isEmpty ? [plannedUntil, first] : [first, Math.min(end, first + windowMs)];
  return { window: { stream, axis: 'event', from, until, createdBefore, revisitMs: 0 }, isEmpty };
}
