import { z } from 'zod';
import type { DerivedPosition } from '../sql/derived-page-query.js';

/** Where a read resumes: a part, and a position in its order. */
export interface ReadPosition {
  readonly part: ReadPart;
  readonly place: DerivedPosition;
}

/** A part of a window: see `partsOf`. */
export type ReadPart = z.output<typeof PART>;

const PART = z.enum(['event', 'created', 'changed', 'derived']);
const CURSOR = z.union([z.tuple([PART, z.string(), z.string()]), z.tuple([PART, z.string(), z.string(), z.string()])]);

/** `[part, time, id]`, with the record's id as well below a cause. Times are PostgreSQL's text, in full precision. */
export function cursorText(part: ReadPart, { at, id, record }: DerivedPosition): string {
  return JSON.stringify(record === undefined ? [part, at, id] : [part, at, id, record]);
}

export function parseCursor(cursor: string): ReadPosition {
  const [part, at, id, record] = CURSOR.parse(JSON.parse(cursor));
  return { part, place: { at, id, record } };
}
