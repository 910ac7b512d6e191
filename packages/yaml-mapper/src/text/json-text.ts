const [SPACE, QUOTE, BACKSLASH] = [0x20, 0x22, 0x5c];

/** Whether a JSON value is a string in which nothing is escaped: what is between its quotes is its text. */
export function isPlainString(from: Uint8Array, start: number, end: number): boolean {
  return end - start >= 2 && endOfPlainString(from, start, end) === end;
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
