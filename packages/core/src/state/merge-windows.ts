import { addCounts } from '../contracts/counts.js';
import type { LedgerSegment, LedgerWindow } from '../contracts/ledger.js';

/**
 * Merges finished neighbours of one stream, purpose and mapping into one window under the older id, so that the ledger
 * stays small for years. A window in which nothing was read has no mapping and merges with any neighbour.
 */
export function mergeFinished(windows: readonly LedgerWindow[]): readonly LedgerWindow[] {
  const merged: LedgerWindow[] = [];
  for (const window of windows) {
    const index = merged.findIndex((earlier) => areNeighbours(earlier, window));
    const earlier = merged[index];
    if (earlier === undefined) merged.push(window);
    else merged[index] = join(earlier, window);
  }
  return merged.length === windows.length ? windows : mergeFinished(merged);
}

function areNeighbours(a: LedgerWindow, b: LedgerWindow): boolean {
  if (a.status !== 'done' || b.status !== 'done' || a.purpose !== b.purpose || a.backfill !== b.backfill) return false;
  if (a.window.until !== b.window.from && b.window.until !== a.window.from) return false;
  const mappings = new Set([...a.segments, ...b.segments].map((segment) => segment.mapping));
  return (
    mappings.size <= 1 &&
    a.window.stream === b.window.stream &&
    a.window.axis === b.window.axis &&
    a.window.revisitMs === b.window.revisitMs &&
    a.window.createdBefore === b.window.createdBefore &&
    a.window.eventFrom === b.window.eventFrom
  );
}

function join(older: LedgerWindow, newer: LedgerWindow): LedgerWindow {
  const window = {
    ...older.window,
    from: Math.min(older.window.from, newer.window.from),
    until: Math.max(older.window.until, newer.window.until),
  };
  const finishedAt = Math.max(older.finishedAt ?? 0, newer.finishedAt ?? 0);
  return { ...older, window, segments: newer.segments.reduce(addSegment, older.segments), finishedAt };
}

/** Adds counts to the last segment if it has the same mapping, otherwise begins a new one. */
export function addSegment(segments: readonly LedgerSegment[], added: LedgerSegment): readonly LedgerSegment[] {
  const last = segments.at(-1);
  if (last?.mapping !== added.mapping) return [...segments, added];
  return [...segments.slice(0, -1), { mapping: last.mapping, counts: addCounts(last.counts, added.counts) }];
}
