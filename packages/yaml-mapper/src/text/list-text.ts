import type { TextOutput } from '@sluice/core/text';

const [SPACE, QUOTE, COMMA, BACKSLASH, OPEN, CLOSE] = [0x20, 0x22, 0x2c, 0x5c, 0x5b, 0x5d];

/** What may stand behind the backslash of JSON that `JSON.stringify` writes in the same way. */
const SHORT_ESCAPES: ReadonlySet<number | undefined> = new Set(Buffer.from('"\\bfnrt'));

/**
 * Appends a JSON list of strings that has no space between them, as `JSON.stringify` writes it. The text has COPY's escapes:
 * each backslash of the JSON stands there twice. False, with nothing appended, for everything else.
 */
export function writeList(from: Uint8Array, start: number, end: number, output: TextOutput): boolean {
  if (end - start < 2 || from[start] !== OPEN || from[end - 1] !== CLOSE || !output.hasRoom(end - start)) return false;
  const { bytes } = output;
  let to = output.length;
  let before = OPEN;
  let isInside = false;
  bytes[to++] = OPEN;
  for (let at = start + 1; at < end - 1; at += 1) {
    const byte = from[at] ?? 0;
    if (isInside) {
      if (byte < SPACE) return false;
      if (byte === BACKSLASH) {
        const escaped = from[at + 2];
        if (from[at + 1] !== BACKSLASH || !SHORT_ESCAPES.has(escaped)) return false;
        // The backslash that is escaped stands there twice as well.
        if (escaped === BACKSLASH && from[at + 3] !== BACKSLASH) return false;
        bytes[to++] = BACKSLASH;
        bytes[to++] = escaped ?? 0;
        at += escaped === BACKSLASH ? 3 : 2;
        continue;
      }
      isInside = byte !== QUOTE;
    } else if (byte === QUOTE) {
      if (before !== OPEN && before !== COMMA) return false;
      isInside = true;
    } else if (byte !== COMMA || before !== QUOTE) return false;
    bytes[to++] = byte;
    before = byte;
  }
  if (isInside || before === COMMA) return false;
  bytes[to++] = CLOSE;
  output.length = to;
  return true;
}
