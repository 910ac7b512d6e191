const [SPACE, QUOTE, COMMA, BACKSLASH, OPEN, CLOSE] = [0x20, 0x22, 0x2c, 0x5c, 0x5b, 0x5d];

/** Whether a JSON value is a string in which nothing is escaped: what is between its quotes is its text. */
export function isPlainString(from: Uint8Array, start: number, end: number): boolean {
  return end - start >= 2 && endOfPlainString(from, start, end) === end;
}

/** Whether a JSON value is a list of such strings without any space, as `JSON.stringify` writes it. */
export function isPlainList(from: Uint8Array, start: number, end: number): boolean {
  if (end - start < 2 || from[start] !== OPEN || from[end - 1] !== CLOSE) return false;
  if (end - start === 2) return true;
  for (let at = start + 1; ; at += 1) {
    at = endOfPlainString(from, at, end);
    if (at === end - 1) return true;
    if (at === -1 || from[at] !== COMMA) return false;
  }
}

/** Whether a JSON value is `null`, `true` or `false`. */
export function isWord(from: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start !== word.length) return false;
  for (let index = 0; index < word.length; index += 1) if (from[start + index] !== word[index]) return false;
  return true;
}

export const NULL_WORD: Uint8Array = Buffer.from('null');
export const TRUE_WORD: Uint8Array = Buffer.from('true');
export const FALSE_WORD: Uint8Array = Buffer.from('false');

/** Where the string that begins here ends; -1 if there is none, or something in it is escaped. */
function endOfPlainString(from: Uint8Array, start: number, end: number): number {
  if (from[start] !== QUOTE) return -1;
  for (let index = start + 1; index < end; index += 1) {
    const byte = from[index] ?? 0;
    if (byte === QUOTE) return index + 1;
    if (byte === BACKSLASH || byte < SPACE) return -1;
  }
  return -1;
}
