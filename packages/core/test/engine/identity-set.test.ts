import { expect } from 'chai';
import fc from 'fast-check';
import { IdentitySet } from '#src/engine/delivery/identity-set.js';

describe('a set of identities', () => {
  it('is a set of numbers of 32 bits', () => {
    // Few different numbers, of which many ask for the same slot.
    const identity = fc.oneof(
      fc.integer({ min: 1, max: 40 }).map((n) => n * 0x1_0000),
      fc.integer({ min: 1, max: 2e9 }),
    );
    const step = fc.tuple(fc.constantFrom('add', 'add', 'delete', 'clear'), identity);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        const [set, expected] = [new IdentitySet(), new Set<number>()];
        for (const [index, [kind, value]] of steps.entries()) {
          if (kind === 'add') {
            set.add(value);
            expected.add(value);
          } else if (kind === 'delete') {
            set.delete(value);
            expected.delete(value);
          } else if (index % 40 === 0) {
            set.clear();
            expected.clear();
          }
          expect(set.size).to.equal(expected.size);
        }
        for (const [, value] of steps) expect(set.has(value), String(value)).to.equal(expected.has(value));
      }),
    );
  });

  it('holds and loses thousands', () => {
    const set = new IdentitySet();
    const identities = Array.from({ length: 20_000 }, (_, index) => Math.imul(index + 1, 0x9e37_79b1));
    for (const identity of identities) set.add(identity);
    expect(set.size).to.equal(identities.length);
    for (const identity of identities) set.delete(identity);
    expect(identities.some((identity) => set.has(identity))).to.equal(false);
    expect(set.size).to.equal(0);
  });

  it('takes 0 for an identity, too', () => {
    const set = new IdentitySet();
    expect(set.has(0)).to.equal(false);
    set.add(0);
    expect(set.has(0)).to.equal(true);
    set.delete(0);
    expect(set.has(0)).to.equal(false);
  });
});
