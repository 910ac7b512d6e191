import { createHash } from 'node:crypto';
import type { FieldValue } from '@sluice/core/source';

/** What a source must say about a record. */
export interface ExpectedRecord {
  readonly stream: string;
  readonly key: string;
  /** In epoch milliseconds. */
  readonly createdAt: number;
  readonly happenedAt: number;
  readonly values: Readonly<Record<string, FieldValue>>;
}

/** A time of a version as epoch milliseconds. */
export function millisecondsOf(time: string): number {
  return Date.parse(`${time.replace(' ', 'T')}Z`);
}

/** The two sums over keys that `verify` compares. */
export function keySums(keys: readonly string[]): readonly string[] {
  const hashes = keys.map((key) => createHash('sha256').update(key).digest());
  return [0, 8].map((offset) => {
    const sum = hashes.reduce((total, hash) => total + hash.readBigUInt64BE(offset), 0n);
    return BigInt.asUintN(64, sum).toString(16).padStart(16, '0');
  });
}
