import type { Instant } from '@sluice/core/adapter';
import type { FieldValue, WindowPart } from '@sluice/core/source';

/** One record of a memory source. */
export interface MemoryRecord {
  readonly key: string;
  readonly createdAt: Instant;
  /** Default: `createdAt`. */
  readonly updatedAt?: Instant;
  /** Default: `createdAt`. */
  readonly eventTime?: Instant;
  readonly values: Readonly<Record<string, FieldValue>>;
  /** The records that this one takes values from: it is `derived` when one of them is `created` or `changed`. */
  readonly causes?: readonly { readonly stream: string; readonly key: string }[];
}

/** A record's place in the order of a window. */
export interface MemoryPosition {
  readonly part: WindowPart;
  /** What the part is ordered by: the record's time or, if it is derived, its cause's creation time. */
  readonly time: Instant;
  readonly record: MemoryRecord;
}

const PART_ORDER: readonly WindowPart[] = ['event', 'created', 'changed', 'derived'];

export function comparePositions(a: MemoryPosition, b: MemoryPosition): number {
  return compareCursors(partsOf(a), partsOf(b));
}

export function cursorOf(position: MemoryPosition): string {
  return JSON.stringify([position.part, position.time, position.record.key]);
}

/** Whether a position is after a cursor; without a cursor, every position is. */
export function positionAfter(cursor: string | undefined): (position: MemoryPosition) => boolean {
  if (cursor === undefined) return () => true;
  const after: CursorParts = JSON.parse(cursor);
  return (position) => compareCursors(partsOf(position), after) > 0;
}

type CursorParts = readonly [part: WindowPart, time: Instant, key: string];

function partsOf(position: MemoryPosition): CursorParts {
  return [position.part, position.time, position.record.key];
}

function compareCursors(a: CursorParts, b: CursorParts): number {
  return PART_ORDER.indexOf(a[0]) - PART_ORDER.indexOf(b[0]) || a[1] - b[1] || compareText(a[2], b[2]);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
