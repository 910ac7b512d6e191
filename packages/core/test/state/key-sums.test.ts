import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { keySums } from '#src/state/key-sums.js';
import { sha256 } from '#src/state/sha256.js';

describe('the SHA-256 of keys', () => {
  it('is that of node:crypto, whatever the length and the place in the buffer', () => {
    const parts = fc.tuple(fc.uint8Array({ maxLength: 9 }), fc.uint8Array({ maxLength: 300 }), fc.uint8Array());
    fc.assert(
      fc.property(parts, ([before, key, after]) => {
        const bytes = Buffer.concat([before, key, after]);
        const words = sha256(bytes, before.length, before.length + key.length);
        const hex = [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
        expect(hex).to.equal(createHash('sha256').update(key).digest('hex'));
      }),
      { numRuns: 300 },
    );
  });

  it('is found for a long key as well', () => {
    const key = 'ключ '.repeat(300);
    const digest = createHash('sha256').update(key).digest('hex');
    expect(keySums([key])).to.deep.equal([digest.slice(0, 16), digest.slice(16, 32)]);
  });

  it('is added up modulo 2^64, in the first and the second eight bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 10 }), (keys) => {
        const sums = [0n, 0n];
        for (const key of keys) {
          const digest = createHash('sha256').update(Buffer.from(key)).digest();
          sums[0] = BigInt.asUintN(64, (sums[0] ?? 0n) + digest.readBigUInt64BE(0));
          sums[1] = BigInt.asUintN(64, (sums[1] ?? 0n) + digest.readBigUInt64BE(8));
        }
        expect(keySums(keys)).to.deep.equal(sums.map((sum) => sum.toString(16).padStart(16, '0')));
      }),
      { numRuns: 100 },
    );
  });
});
