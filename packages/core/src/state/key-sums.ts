import { hash } from 'node:crypto';
import type { KeySums } from '../contracts/digest.js';

/** Computes `KeySums`. */
export class KeySumsBuilder {
  #first = 0n;
  #second = 0n;

  add(key: string): void {
    const digest = hash('sha256', key, 'buffer');
    this.#first += digest.readBigUInt64BE(0);
    this.#second += digest.readBigUInt64BE(8);
  }

  sums(): KeySums {
    return [text(this.#first), text(this.#second)];
  }
}

export function keySums(keys: Iterable<string>): KeySums {
  const builder = new KeySumsBuilder();
  for (const key of keys) builder.add(key);
  return builder.sums();
}

export function addKeySums(a: KeySums, b: KeySums): KeySums {
  return [text(number(a[0]) + number(b[0])), text(number(a[1]) + number(b[1]))];
}

function number(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function text(sum: bigint): string {
  return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
}
