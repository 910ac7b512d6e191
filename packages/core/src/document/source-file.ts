import type { SourceFile, Span } from '../contracts/document.js';
import type { Place } from '../contracts/problem.js';

export function sourceFile(path: string, written: string): SourceFile {
  const text = written.startsWith('\uFEFF') ? written.slice(1) : written;
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);

  const positionOf = (offset: number): { readonly line: number; readonly column: number } => {
    const bounded = Math.min(Math.max(offset, 0), text.length);
    let low = 0;
    let high = lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((lineStarts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - (lineStarts[low] ?? 0) + 1 };
  };
  const place = (start: number, end: number): Place => {
    const [from, to] = [positionOf(start), positionOf(Math.max(start, end))];
    return { file: path, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  };
  return { path, text, place };
}

/** The start of a part, where marking the whole part would be too much. */
export function startOf(span: Span): Span {
  return { ...span, end: span.start };
}

export function placeOf({ file, start, end }: Span): Place {
  return file.place(start, end);
}

/** `file:line:column`, as the log and a dead letter show it. */
export function describePlace(span: Span): string {
  const { file, line, column } = placeOf(span);
  return `${file}:${line}:${column}`;
}
