import { NULL_VALUE } from '@sluice/core/text';

const [TAB, NEWLINE, BACKSLASH, NULL_LETTER, SPACE, QUOTE] = [0x09, 0x0a, 0x5c, 0x4e, 0x20, 0x22];

const WORD_BYTES = 4;
const [ONES, HIGHEST_BITS] = [0x0101_0101, 0x8080_8080];
/** In each of four bytes. */
const [BEHIND_QUOTES, BACKSLASHES] = [(QUOTE + 1) * ONES, BACKSLASH * ONES];

/** As in `PageText`. */
export interface Places {
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
  readonly isPlain: Uint8Array;
}

/** Finds the values of rows: see `TabSeparatedText`. Returns how many there are; what has no room is not kept. */
export function splitValues(bytes: Buffer, { starts, ends, isPlain }: Places): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let value = 0;
  let start = 0;
  let isPlainSoFar = 1;
  for (let at = nextMark(view, 0); at < bytes.length; at = nextMark(view, at + 1)) {
    const byte = bytes[at] ?? 0;
    if (byte !== TAB && byte !== NEWLINE) {
      if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) isPlainSoFar = 0;
      continue;
    }
    const isNull = at === start + 2 && bytes[start] === BACKSLASH && bytes[start + 1] === NULL_LETTER;
    starts[value] = isNull ? NULL_VALUE : start;
    ends[value] = at;
    isPlain[value] = isPlainSoFar;
    value += 1;
    start = at + 1;
    isPlainSoFar = 1;
  }
  return value;
}

/**
 * Where the next byte is, from `from` on, that needs a look: a backslash, one up to the quotation mark, or one of the last
 * three. Most bytes are others, so four are compared at a time. Of those that need a look, the highest bit gets set; a byte
 * above the first of them may get it for nothing.
 */
function nextMark(view: DataView, from: number): number {
  const lastWord = view.byteLength - WORD_BYTES;
  let at = from;
  for (; at <= lastWord; at += WORD_BYTES) {
    const word = view.getInt32(at, true);
    const other = word ^ BACKSLASHES;
    const marks = (((word - BEHIND_QUOTES) & ~word) | ((other - ONES) & ~other)) & HIGHEST_BITS;
    if (marks !== 0) return at + ((31 - Math.clz32(marks & -marks)) >> 3);
  }
  return at;
}
