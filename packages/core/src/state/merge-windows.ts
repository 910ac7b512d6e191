import { addCounts } from '../contracts/counts.js';
import type { LedgerSegment, LedgerWindow } from '../contracts/ledger.js';
import type { Window } from '../contracts/window.js';

/**
 * Merges finished neighbours of one stream, purpose and mapping into one window under the older id, so that the ledger
 * stays small for years. The slices of a window become that window again. A window in which nothing was read has no mapping
 * and merges with any neighbour.
 */
export function mergeFinished(windows: readonly LedgerWindow[]): readonly LedgerWindow[] {
  const merged: LedgerWindow[] = [];
  for (const window of windows) {
    const index = merged.findIndex((earlier) => together(earlier, window) !== undefined);
    const earlier = merged[index];
    const both = earlier && together(earlier, window);
    if (earlier === undefined || both === undefined) merged.push(window);
    else merged[index] = join(earlier, window, both);
  }
  return merged.length === windows.length ? windows : mergeFinished(merged);
}

/** The window that two finished ones are together; undefined if they cannot be one. */
function together(a: LedgerWindow, b: LedgerWindow): Window | undefined {
  if (a.status !== 'done' || b.status !== 'done' || a.purpose !== b.purpose || a.backfill !== b.backfill) {
    return undefined;
  }
  const isSliced = a.window.olderOnly !== b.window.olderOnly;
  const window = isSliced ? unsliced(a.window, b.window) : extended(a.window, b.window);
  if (window === undefined) return undefined;
  const mappings = new Set([...a.segments, ...b.segments].map((segment) => segment.mapping));
  const areAlike =
    mappings.size <= 1 &&
    a.window.stream === b.window.stream &&
    a.window.axis === b.window.axis &&
    a.window.createdBefore === b.window.createdBefore &&
    a.window.eventFrom === b.window.eventFrom;
  return areAlike ? window : undefined;
}

function extended(a: Window, b: Window): Window | undefined {
  if ((a.until !== b.from && b.until !== a.from) || a.revisitMs !== b.revisitMs) return undefined;
  return { ...a, from: Math.min(a.from, b.from), until: Math.max(a.until, b.until) };
}

/** The window of which one of these has the older records, and the other one what was created in it. */
function unsliced(a: Window, b: Window): Window | undefined {
  const { olderOnly: isOlder, ...window } = a.olderOnly ? a : b;
  const created = a.olderOnly ? b : a;
  const isWhole = created.revisitMs === 0 && created.from === window.from && created.until === window.until;
  return isOlder && isWhole ? window : undefined;
}

function join(older: LedgerWindow, newer: LedgerWindow, window: Window): LedgerWindow {
  const finishedAt = Math.max(older.finishedAt ?? 0, newer.finishedAt ?? 0);
  return { ...older, window, segments: newer.segments.reduce(addSegment, older.segments), finishedAt };
}

/** Adds counts to the last segment if it has the same mapping, otherwise begins a new one. */
export function addSegment(segments: readonly LedgerSegment[], added: LedgerSegment): readonly LedgerSegment[] {
  const last = segments.at(-1);
  if (last?.mapping !== added.mapping) return [...segments, added];
  return [...segments.slice(0, -1), { mapping: last.mapping, counts: addCounts(last.counts, added.counts) }];
}
