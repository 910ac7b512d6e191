import type { LocatedText, Span } from '../contracts/document.js';
import { scalarOffsets } from './scalar-offsets.js';

/** The text of a scalar, where `span` is the whole scalar with its quotes. */
export function locateText(text: string, span: Span): LocatedText {
  const { file, start, end } = span;
  const isVerbatim = file.text.startsWith(text, start) && text.length === end - start;
  const offsets = isVerbatim ? undefined : scalarOffsets(file.text, start, end, text);
  const offsetOf = (index: number): number => {
    const bounded = Math.min(Math.max(index, 0), text.length);
    return offsets === undefined ? start + bounded : (offsets[bounded] ?? end);
  };
  return {
    text,
    span,
    followedByComment: /^[ \t]*#/u.test(file.text.slice(end, end + 80)),
    part: (from, to) => ({ file, start: offsetOf(from), end: offsetOf(to) }),
  };
}
