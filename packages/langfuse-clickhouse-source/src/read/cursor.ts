import { z } from 'zod';
import type { Position } from '../sql/position.js';
import type { ReadPart } from '../sql/window-part.js';

/** Where a read resumes: a part, and a position in its order. */
export interface ReadPosition {
  readonly part: ReadPart;
  readonly place: Position;
}

const CURSOR = z.tuple([
  z.enum(['event', 'created', 'changed', 'derived']),
  z.string().regex(/^-?\d+$/),
  z.string(),
  z.string(),
]);

/** `[part, microseconds, project, id]`. */
export function cursorText(part: ReadPart, { at, project, id }: Position): string {
  return JSON.stringify([part, at, project, id]);
}

export function parseCursor(cursor: string): ReadPosition {
  const [part, at, project, id] = CURSOR.parse(JSON.parse(cursor));
  return { part, place: { at, project, id } };
}
