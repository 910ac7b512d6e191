import type { Place } from '@sluice/core/config';

export interface Marked {
  readonly text: string;
  /** The position of `«…»`. */
  readonly place: Omit<Place, 'file'>;
}

/** Removes the marks: `x: «nmae»` becomes `x: nmae` and the position of `nmae`. */
export function takeMarks(marked: string): Marked {
  const start = marked.indexOf('«');
  const end = marked.indexOf('»') - 1;
  if (start === -1 || end < start) throw new Error(`no marks in ${marked}`);
  const text = marked.replace('«', '').replace('»', '');
  const [from, to] = [positionOf(text, start), positionOf(text, end)];
  return { text, place: { line: from.line, column: from.column, endLine: to.line, endColumn: to.column } };
}

function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
