const QUOTE = 0x22;
const HYPHEN = 0x2d;
const ZERO = 0x30;
const UUID_BYTES = 36;

/** By byte: the hexadecimal digit in lower case; 0 for all others. */
const LOWER_HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letter = String.fromCharCode(byte);
  return /[0-9a-f]/i.test(letter) ? letter.toLowerCase().charCodeAt(0) : 0;
});

/** Whether a JSON text is a hyphenated UUID that is not nil. If so, its letters become lower case, where they stand. */
export function lowerUuid(bytes: Buffer, start: number, end: number): boolean {
  if (end - start !== UUID_BYTES + 2 || bytes[start] !== QUOTE) return false;
  let notZero = 0;
  for (let index = 0; index < UUID_BYTES; index += 1) {
    const byte = bytes[start + 1 + index] ?? 0;
    if (index === 8 || index === 13 || index === 18 || index === 23) {
      if (byte !== HYPHEN) return false;
      continue;
    }
    const lower = LOWER_HEX[byte] ?? 0;
    if (lower === 0) return false;
    notZero |= lower ^ ZERO;
    bytes[start + 1 + index] = lower;
  }
  return notZero !== 0;
}
