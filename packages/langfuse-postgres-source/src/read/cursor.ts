import { z } from 'zod';
import type { DerivedPosition } from '../sql/derived-page-query.js';

/** Where a read goes on: a part, and a place in its order unless it starts there. */
export interface ReadPosition {
  readonly part: ReadPart;
  readonly place?: DerivedPosition;
}

const PART = z.enum(['event', 'created', 'changed', 'derived']);

/** A part of a window. */
export type ReadPart = z.output<typeof PART>;
const CURSOR = z.union([z.tuple([PART, z.string(), z.string()]), z.tuple([PART, z.string(), z.string(), z.string()])]);

/** `[part, time, id]`, and below a cause the record's id as well. Times are PostgreSQL's text, in full precision. */
export function cursorText(part: ReadPart, { at, id, record }: DerivedPosition): string {
  return JSON.stringify(record === undefined ? [part, at, id] : [part, at, id, record]);
}

export function parseCursor(cursor: string): ReadPosition {
  const [part, at, id, record] = CURSOR.parse(JSON.parse(cursor));
  return { part, place: { at, id, ...(record === undefined ? {} : { record }) } };
}
