import { expect } from 'chai';
import fc from 'fast-check';
import { FixedBytes } from '#src/contracts/fixed-bytes.js';
import { TextOutput } from '#src/contracts/text-output.js';

const bytes = fc.uint8Array({ maxLength: 20 }).map((each) => Buffer.from(each));

describe('text output', () => {
  it('appends bytes of every length, and parts of other bytes up to their end', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(bytes, fc.boolean(), fc.nat(20))), (parts) => {
        const output = new TextOutput();
        output.begin();
        const expected = parts.map(([part, isFixed, start]) => {
          if (isFixed) output.append(new FixedBytes(part));
          else output.copy(part, Math.min(start, part.length), part.length);
          return isFixed ? part : part.subarray(start);
        });
        expect(output.bytes.subarray(0, output.length)).to.deep.equal(Buffer.concat(expected));
      }),
    );
  });

  it('appends fixed bytes that were replaced by others', () => {
    const output = new TextOutput();
    output.begin();
    const fixed = new FixedBytes('first');
    fixed.set(Buffer.from('other'));
    output.append(fixed);
    expect(output.bytes.toString('utf8', 0, output.length)).to.equal('other');
  });

  it('declines what has no room', () => {
    const output = new TextOutput();
    output.begin();
    output.append(new FixedBytes('x'.repeat(32 * 1024)));
    expect(output.isDeclined).to.equal(false);
    output.append(new FixedBytes('x'));
    expect([output.isDeclined, output.length]).to.deep.equal([true, 32 * 1024]);
  });
});
