import type { Backfill } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';

/** History to export, by event time: half-open, and only records created before a time. */
type EventRange = Pick<Backfill, 'from' | 'until' | 'createdBefore'>;

/**
 * Plans the next window of a stream after `plannedUntil`; undefined when no record is left. A gap between two windows is
 * the beginning of the second one, which is `windowMs` long from its first record.
 */
export async function planEventWindow(
  stream: string,
  { from, until: end, createdBefore }: EventRange,
  plannedUntil: Instant | undefined,
  {
    source,
    windowMs,
    signal,
  }: { readonly source: Pick<Source, 'next'>; readonly windowMs: number; readonly signal: AbortSignal },
): Promise<Window | undefined> {
  const after = plannedUntil ?? from;
  if (after >= end) return undefined;
  const first = await source.next(stream, 'event', after, { createdBefore, signal });
  if (first === undefined || first >= end) return undefined;
  const until = Math.min(end, first + windowMs);
  return { stream, axis: 'event', from: plannedUntil ?? first, until, createdBefore, revisitMs: 0 };
}
