import type { Source } from '../../contracts/source.js';
import type { Window } from '../../contracts/window.js';
import { RECORDS_PER_WINDOW } from './window-length.js';

/** More than the workers that one stream is likely to have, and few enough for every commit to read them. */
const MOST_SLICES = 16;
/** Nobody asks for the size of shorter windows: a worker that keeps up would ask all the time. */
const SHORTEST_CUT_MS = 300_000;

/**
 * Divides a large window of following, so that several workers can share it: the older records that changed, and what was
 * created in it as slices of equal length. Every record is in one of them. Where the source makes no estimates, and for a
 * window of fewer than about 100,000 records, the window alone.
 */
export async function slicesOf(window: Window, source: Source, signal: AbortSignal): Promise<readonly Window[]> {
  const { stream, from, until, revisitMs } = window;
  if (source.estimate === undefined || until - from < SHORTEST_CUT_MS) return [window];
  const range = { stream, axis: 'event', from, until, revisitMs: 0 } as const;
  const records = await source.estimate(range, { signal });
  const slices = Math.min(MOST_SLICES, Math.ceil(records / RECORDS_PER_WINDOW));
  if (slices < 2) return [window];
  const cut = (slice: number) => Math.round(from + ((until - from) * slice) / slices);
  const created = Array.from({ length: slices }, (_, slice): Window => ({
    ...window,
    from: cut(slice),
    until: cut(slice + 1),
    revisitMs: 0,
  }));
  return revisitMs === 0 ? created : [{ ...window, olderOnly: true }, ...created];
}
