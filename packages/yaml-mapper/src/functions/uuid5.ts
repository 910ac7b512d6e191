import { sha1 } from './sha1.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const NAMESPACE_BYTES = 16;
/** The padding of the hash is written behind the name. */
const PADDING_BYTES = 72;
export const UUID_CHARACTERS = 36;

const HYPHEN = 0x2d;
const HEX = Buffer.from('0123456789abcdef');
/** The positions of the digits of a uuid in its text. */
const POSITIONS = Uint8Array.from(
  Array.from('xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx').flatMap((character, index) => (character === 'x' ? [index] : [])),
);

const scratch = Buffer.alloc(1024);
const result = Buffer.alloc(UUID_CHARACTERS);
const words = new Int32Array(5);
let scratchNamespace = '';

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** The name-based uuid of RFC 9562 (version 5, SHA-1); null if the namespace is not a uuid. */
export function uuid5(namespace: string, name: string): string | null {
  if (namespace !== scratchNamespace) {
    if (!isUuid(namespace)) return null;
    scratch.set(uuidBytes(namespace));
    scratchNamespace = namespace;
  }
  // Names of usual length need no new buffer.
  const isUsual = name.length * 3 <= scratch.length - NAMESPACE_BYTES - PADDING_BYTES;
  const bytes = isUsual ? scratch : Buffer.alloc(NAMESPACE_BYTES + name.length * 3 + PADDING_BYTES);
  if (!isUsual) bytes.set(scratch.subarray(0, NAMESPACE_BYTES));
  writeUuid5(bytes, NAMESPACE_BYTES + bytes.write(name, NAMESPACE_BYTES, 'utf8'), result, 0);
  return result.toString('latin1');
}

/** The sixteen bytes of a uuid. */
export function uuidBytes(uuid: string): Uint8Array {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex');
}

/** Writes the uuid of a namespace and a name, given as their bytes. Overwrites the 72 bytes behind them. */
export function writeUuid5(bytes: Uint8Array, length: number, into: Uint8Array, at: number): void {
  sha1(bytes, length, words);
  // The version, 5, and the variant, 10 in bits.
  words[1] = ((words[1] ?? 0) & 0xffff0fff) | 0x5000;
  words[2] = ((words[2] ?? 0) & 0x3fffffff) | 0x80000000;
  for (let digit = 0; digit < 32; digit += 1) {
    const value = ((words[digit >> 3] ?? 0) >>> (28 - (digit & 7) * 4)) & 0xf;
    into[at + (POSITIONS[digit] ?? 0)] = HEX[value] ?? 0;
  }
  for (const position of [8, 13, 18, 23]) into[at + position] = HYPHEN;
}
