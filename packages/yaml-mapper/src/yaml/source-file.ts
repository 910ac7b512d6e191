import type { Place } from '@sluice/core';

/** A stretch of a file, in UTF-16 offsets, half-open. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** The text of one file, without a byte order mark, and where its lines begin. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  readonly #lineStarts: number[] = [0];

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text.startsWith('\uFEFF') ? text.slice(1) : text;
    for (let index = this.text.indexOf('\n'); index !== -1; index = this.text.indexOf('\n', index + 1)) {
      this.#lineStarts.push(index + 1);
    }
  }

  span(start: number, end: number): Span {
    return { file: this, start, end };
  }

  place(start: number, end: number): Place {
    const from = this.#position(start);
    const to = this.#position(Math.max(start, end));
    return { file: this.path, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  #position(offset: number): { readonly line: number; readonly column: number } {
    const bounded = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= bounded) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: bounded - (this.#lineStarts[low] ?? 0) + 1 };
  }
}

export function placeOf(span: Span): Place {
  return span.file.place(span.start, span.end);
}

/** `file:line:column`, as the log and a dead letter show it. */
export function describePlace(span: Span): string {
  const place = placeOf(span);
  return `${place.file}:${place.line}:${place.column}`;
}
