import type { Window, WindowPart } from '@sluice/core/source';
import type { IndexedRecord } from './stream-index.js';

/** A record's place in the order of a window. */
export interface PlacedRecord {
  readonly part: WindowPart;
  /** What orders the part. */
  readonly at: number;
  readonly record: IndexedRecord;
}

const PARTS: readonly WindowPart[] = ['event', 'created', 'changed'];

/** The records of a window in its order: by part, time and key. */
export function recordsIn(window: Window, records: Iterable<IndexedRecord>): readonly PlacedRecord[] {
  const placed: PlacedRecord[] = [];
  for (const record of records) {
    const place = placeOf(window, record);
    if (place !== undefined) placed.push({ ...place, record });
  }
  return placed.toSorted((a, b) => compare(cursorParts(a), cursorParts(b)));
}

function placeOf(window: Window, record: IndexedRecord): Omit<PlacedRecord, 'record'> | undefined {
  const { axis, from, until, createdBefore, eventFrom, revisitMs, olderOnly } = window;
  const { createdAt, updatedAt, eventAt } = record;
  if (axis === 'event') {
    const isInside = eventAt >= from && eventAt < until && (createdBefore === undefined || createdAt < createdBefore);
    return isInside ? { part: 'event', at: eventAt } : undefined;
  }
  if (!isFollowed(record, createdBefore, eventFrom)) return undefined;
  if (createdAt >= from && createdAt < until) return olderOnly ? undefined : { part: 'created', at: createdAt };
  const isChanged = createdAt >= from - revisitMs && createdAt < from && updatedAt >= from;
  return isChanged ? { part: 'changed', at: createdAt } : undefined;
}

/** A record created before the handover counts only if its event time is not before the start of the pipeline. */
export function isFollowed(
  { createdAt, eventAt }: IndexedRecord,
  handover: number | undefined,
  eventFrom: number | undefined,
): boolean {
  return handover === undefined || eventFrom === undefined || createdAt >= handover || eventAt >= eventFrom;
}

export function cursorOf(placed: PlacedRecord): string {
  return JSON.stringify(cursorParts(placed));
}

export function isAfter(cursor: string): (placed: PlacedRecord) => boolean {
  const after: CursorParts = JSON.parse(cursor);
  return (placed) => compare(cursorParts(placed), after) > 0;
}

type CursorParts = readonly [part: WindowPart, at: number, key: string];

function cursorParts({ part, at, record }: PlacedRecord): CursorParts {
  return [part, at, record.key];
}

function compare([partA, atA, keyA]: CursorParts, [partB, atB, keyB]: CursorParts): number {
  return PARTS.indexOf(partA) - PARTS.indexOf(partB) || atA - atB || (keyA === keyB ? 0 : keyA < keyB ? -1 : 1);
}
