/** FNV-1a with 32 bits: RFC 9923. */
const OFFSET_BASIS = 0x811c_9dc5;
const PRIME = 0x0100_0193;

/** A number for a text of ASCII. Different texts share one once in billions. */
export function textIdentity(text: string): number {
  let hash = OFFSET_BASIS;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash;
}

/** The same for a part of some bytes. */
export function bytesIdentity(bytes: Uint8Array, start: number, end: number): number {
  let hash = OFFSET_BASIS;
  for (let index = start; index < end; index += 1) hash = Math.imul(hash ^ (bytes[index] ?? 0), PRIME);
  return hash;
}
