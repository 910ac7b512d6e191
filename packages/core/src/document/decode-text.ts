import { sourceFile } from './source-file.js';

/** A file that is not text: says where its first invalid character is. */
export class InvalidTextError extends Error {
  /** The text before it. */
  readonly before: string;
  /** What is wrong, as the predicate of a sentence about the file; quotes nothing of it. */
  readonly reason: string;

  constructor(before: string, reason: string) {
    const { line, column } = sourceFile('', before).place(before.length, before.length);
    super(`it ${reason} at line ${line}, column ${column}: save it as UTF-8`);
    this.name = 'InvalidTextError';
    this.before = before;
    this.reason = reason;
  }
}

/**
 * The text of a file in UTF-8, or in UTF-16 with a byte order mark, which PowerShell writes. Throws `InvalidTextError`
 * for anything else: a decoder would put other characters in its place.
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  const text = new TextDecoder(encoding).decode(bytes);
  const nul = text.indexOf('\0');
  if (nul !== -1) throw new InvalidTextError(text.slice(0, nul), 'is UTF-16 or a binary file: it has a NUL character');
  if (encoding === 'utf-8') {
    const at = firstInvalidByte(bytes);
    if (at !== undefined) {
      const before = new TextDecoder().decode(bytes.subarray(0, at));
      throw new InvalidTextError(before, `is not UTF-8: it has an invalid byte (0x${hex(bytes[at])})`);
    }
  } else if (bytes.length % 2 === 1 || !isDecodable(bytes, encoding)) {
    throw new InvalidTextError('', 'is not valid UTF-16');
  }
  return text;
}

function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function isDecodable(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Halves the bytes: a prefix that ends within a character is valid as far as it goes. */
function firstInvalidByte(bytes: Uint8Array): number | undefined {
  if (isDecodable(bytes, 'utf-8')) return undefined;
  const isValidUntil = (end: number): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, end), { stream: true });
      return true;
    } catch {
      return false;
    }
  };
  let [valid, invalid] = [0, bytes.length + 1];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    if (middle <= bytes.length && isValidUntil(middle)) valid = middle;
    else invalid = middle;
  }
  // The character that the invalid byte belongs to begins up to three bytes earlier.
  let at = Math.min(valid, bytes.length - 1);
  while (at > 0 && !isDecodable(bytes.subarray(0, at), 'utf-8')) at -= 1;
  return at;
}

function hex(byte: number | undefined): string {
  return (byte ?? 0).toString(16).padStart(2, '0');
}

/** Whether a text has half of a character (a lone surrogate), which UTF-8 cannot hold. */
export function hasHalfCharacter(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}
