import { hash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { sha1 } from '#src/functions/sha1.js';

function sha1Of(bytes: Uint8Array): string {
  const padded = new Uint8Array(bytes.length + 72).fill(0xff);
  padded.set(bytes);
  const words = new Int32Array(5);
  sha1(padded, bytes.length, words);
  return [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

describe('SHA-1', () => {
  for (const [text, digest] of [
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
    ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
    [
      '0123456701234567012345670123456701234567012345670123456701234567'.repeat(10),
      'dea356a2cddd90c7a7ecedc5ebb563934f460452',
    ],
  ] as const) {
    it(`agrees with RFC 3174 on ${text.slice(0, 8)}…, ${text.length} bytes`, () => {
      expect(sha1Of(Buffer.from(text))).to.equal(digest);
    });
  }

  it('agrees with OpenSSL for every length up to 300 bytes', () => {
    for (let length = 0; length <= 300; length += 1) {
      const bytes = Uint8Array.from({ length }, (_, index) => (index * 7 + length) % 256);
      expect(sha1Of(bytes), `${length} bytes`).to.equal(hash('sha1', bytes, 'hex'));
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(sha1Of(bytes)).to.equal(hash('sha1', bytes, 'hex'));
      }),
    );
  });
});
