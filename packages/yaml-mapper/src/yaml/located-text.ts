import { scalarOffsets } from './scalar-offsets.js';
import type { SourceFile, Span } from './source-file.js';

/** A text that is written in a YAML scalar, and the place in the file of every part of it. */
export class LocatedText {
  readonly text: string;
  readonly span: Span;
  /** Whether a YAML comment follows on the same line: ` #` may have been meant as part of the text. */
  readonly followedByComment: boolean;
  readonly #offsets: Uint32Array | undefined;

  constructor(text: string, span: Span) {
    const { file, start, end } = span;
    this.text = text;
    this.span = span;
    this.followedByComment = /^[ \t]*#/u.test(file.text.slice(end, end + 80));
    this.#offsets =
      file.text.startsWith(text, start) && text.length === end - start ? undefined : offsetsIn(file, span, text);
  }

  /** The place of `text.slice(start, end)`. */
  part(start: number, end: number): Span {
    return { file: this.span.file, start: this.#offsetOf(start), end: this.#offsetOf(end) };
  }

  #offsetOf(index: number): number {
    const bounded = Math.min(Math.max(index, 0), this.text.length);
    if (this.#offsets === undefined) return this.span.start + bounded;
    return this.#offsets[bounded] ?? this.span.end;
  }
}

function offsetsIn(file: SourceFile, span: Span, text: string): Uint32Array {
  return scalarOffsets(file.text, span.start, span.end, text);
}
