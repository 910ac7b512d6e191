import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonObject } from '#src/contracts/value.js';
import { ExactNumber } from '#src/contracts/exact-number.js';
import { exactJson } from '#src/text/exact-json.js';
import { parseJson } from '#src/text/parse-json.js';

describe('parseJson', () => {
  const held = [
    '0',
    '-0.5',
    '0.1',
    '1.10',
    '123456789012345',
    '9007199254740992',
    '9007199254740994',
    '-9007199254740992.0e-1',
    '0.30000000000000004',
    '1e22',
    '5e-324',
    '0.000000000000000000000',
    '1000000000000000000000',
  ];
  for (const text of held) {
    it(`reads ${text} as a number`, () => {
      expect(parseJson(text)).to.equal(Number(text));
      expect(parseJson(`{"a":[${text}]}`)).to.deep.equal({ a: [Number(text)] });
    });
  }

  const exact = [
    '9007199254740993',
    '-9007199254740993',
    '1489013278431281152123',
    '1152921504606846976',
    '18446744073709551615',
    '0.12345678901234567890',
    '9007199254740992.5',
    '1e23',
    '1e400',
    '-1E+400',
    '1e-400',
    '4'.repeat(400),
    `0.${'0'.repeat(400)}1`,
  ];
  for (const text of exact) {
    it(`keeps the digits of ${text.slice(0, 30)}, which no double has`, () => {
      expect(parseJson(text)).to.deep.equal(new ExactNumber(text));
      expect(parseJson(`{"id": ${text}, "list": [1, ${text}]}`)).to.deep.equal({
        id: new ExactNumber(text),
        list: [1, new ExactNumber(text)],
      });
    });
  }

  it('reads what exactJson writes, to the digit', () => {
    const text = `{"a":[true,null,"\\n",{"id":9007199254740993}],"b":${'4'.repeat(400)},"c":-1.5}`;
    expect(exactJson(parseJson(text))).to.equal(text);
  });

  it('leaves texts as they are, whatever digits they hold', () => {
    const value = { '9007199254740993': '9007199254740993', quoted: '\\": 9007199254740993', __proto: '1e999' };
    expect(parseJson(JSON.stringify(value))).to.deep.equal(value);
    expect(parseJson(`{"__proto__": {"id": 9007199254740993}}`)).to.have.own.property('__proto__');
  });

  it('leaves texts and names that begin with a null character as they are', () => {
    const value = { '\0key': '\0', list: ['\u00001.5', '\0\0', 'x\0'] };
    const text = JSON.stringify({ ...value, id: 0 }, undefined, 30).replace(/0\n}$/, '9007199254740993}');
    expect(parseJson(text)).to.deep.equal({ ...value, id: new ExactNumber('9007199254740993') });
  });

  it('reads any JSON as JSON.parse does, unless it has such a number', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'medium' }), fc.bigInt(2n ** 60n, 2n ** 80n), (text, id) => {
        const plain: unknown = JSON.parse(text);
        const both = parseJson(`[${text}, ${id | 1n}]`) as readonly unknown[];
        expect(both[1]).to.deep.equal(new ExactNumber(String(id | 1n)));
        if (!/\d{16,}/.test(text) && !/e/i.test(text)) expect(both[0]).to.deep.equal(plain);
      }),
    );
  });

  for (const text of [
    '01234567890123456789',
    '{"id": 1234567890123456789.}',
    '[1234567890123456789, .5]',
    '{1234567890123456789: "a"}',
    '{"id": 1.2.345678901234567890}',
  ]) {
    it(`refuses what is no JSON: ${text}`, () => {
      expect(() => parseJson(text)).to.throw(SyntaxError);
    });
  }

  it('reads a text of many megabytes, also one with millions of escapes', () => {
    for (const long of ['x1'.repeat(5_000_000), '"\\\n'.repeat(2_000_000)]) {
      const read = parseJson(`{"a": ${JSON.stringify(long)}, "id": 9007199254740993}`) as JsonObject;
      expect(read['a'] === long).to.equal(true);
      expect(read['id']).to.deep.equal(new ExactNumber('9007199254740993'));
    }
  });
});
