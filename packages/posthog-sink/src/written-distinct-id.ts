import type { TextOutput } from '@sluice/core/text';
import { distinctIdOf, ILLEGAL_IDS, MAX_ID_BYTES } from './distinct-id.js';

const SPACE = 0x20;
const BACKSLASH = 0x5c;
const TILDE = 0x7e;

/** By `placeOf`: whether an id may be one that belongs to nobody. Nearly all ids need no closer look. */
const suspects = new Uint8Array(64 * 32 * 32);
for (const id of ILLEGAL_IDS) suspects[placeOf(id.length, id.charCodeAt(0), id.charCodeAt(id.length - 1))] = 1;

/** The lower five bits of a letter are the same in both cases. */
function placeOf(length: number, first: number, last: number): number {
  return (length * 32 + (first & 31)) * 32 + (last & 31);
}

/** Whether the distinct id that was written last, as a JSON text from `start` on, is sent as it is. */
export function isSentAsWritten({ bytes, length }: TextOutput, start: number): boolean {
  return isPlain(bytes, start + 1, length - 1) || isUnchanged(JSON.parse(bytes.toString('utf8', start, length)));
}

/** Only printable ASCII without outer spaces and escapes, not too long, and nobody's id by its length, first and last letter. */
function isPlain(bytes: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length < 1 || length > MAX_ID_BYTES || bytes[start] === SPACE || bytes[end - 1] === SPACE) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < SPACE || byte > TILDE || byte === BACKSLASH) return false;
  }
  return suspects[placeOf(length, bytes[start] ?? 0, bytes[end - 1] ?? 0)] !== 1;
}

function isUnchanged(id: unknown): boolean {
  return typeof id === 'string' && distinctIdOf(id) === id;
}
