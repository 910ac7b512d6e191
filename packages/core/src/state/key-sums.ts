import type { KeySums } from '../contracts/digest.js';
import { sha256 } from './sha256.js';

/** Keys of usual length need no new buffer. */
const scratch = Buffer.allocUnsafe(1024);

/** Computes `KeySums`. */
export class KeySumsBuilder {
  /** Each sum as the two halves of a number of 64 bits. */
  #firstHigh = 0;
  #firstLow = 0;
  #secondHigh = 0;
  #secondLow = 0;

  add(key: string): void {
    if (key.length * 3 <= scratch.length) this.addBytes(scratch, 0, scratch.write(key, 'utf8'));
    else {
      const bytes = Buffer.from(key, 'utf8');
      this.addBytes(bytes, 0, bytes.length);
    }
  }

  /** Adds a key that is a part of some bytes. */
  addBytes(bytes: Uint8Array, start: number, end: number): void {
    const words = sha256(bytes, start, end);
    const firstLow = this.#firstLow + word(words, 1);
    this.#firstHigh = (this.#firstHigh + word(words, 0) + (firstLow > 0xffff_ffff ? 1 : 0)) >>> 0;
    this.#firstLow = firstLow >>> 0;
    const secondLow = this.#secondLow + word(words, 3);
    this.#secondHigh = (this.#secondHigh + word(words, 2) + (secondLow > 0xffff_ffff ? 1 : 0)) >>> 0;
    this.#secondLow = secondLow >>> 0;
  }

  sums(): KeySums {
    return [hex(this.#firstHigh) + hex(this.#firstLow), hex(this.#secondHigh) + hex(this.#secondLow)];
  }
}

export function keySums(keys: Iterable<string>): KeySums {
  const builder = new KeySumsBuilder();
  for (const key of keys) builder.add(key);
  return builder.sums();
}

export function addKeySums(a: KeySums, b: KeySums): KeySums {
  return [added(a[0], b[0]), added(a[1], b[1])];
}

function added(a: string, b: string): string {
  const sum = BigInt(`0x${a}`) + BigInt(`0x${b}`);
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}

function word(words: Int32Array, index: number): number {
  return (words[index] ?? 0) >>> 0;
}

function hex(half: number): string {
  return half.toString(16).padStart(8, '0');
}
