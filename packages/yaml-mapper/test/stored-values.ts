import fc from 'fast-check';
import { ExactNumber, type FieldType, type FieldValue } from '@sluice/core/source';

const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }) },
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }).map((each) => Buffer.from(each).toString()) },
  {
    weight: 2,
    arbitrary: fc.string({ unit: fc.integer({ min: 1, max: 0x7f }).map((code) => String.fromCharCode(code)) }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      ' ',
      'a',
      'null',
      'true',
      '__proto__',
      '\\',
      '"',
      '\v',
      '\u2028',
      'x'.repeat(60),
      `"${'\\'.repeat(50)}`,
    ),
  },
  { weight: 1, arbitrary: fc.uuid().map((uuid) => uuid.toUpperCase()) },
);

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -5, max: 5 }),
  fc.tuple(fc.integer(), fc.integer({ min: -12, max: 30 })).map(([digits, power]) => Number(`${digits}e${power}`)),
  fc.constantFrom(0, -0, 1e21, 1e-6, 1e-7, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, 2 ** 53),
);

const timestamp = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31T23:59:59.999Z') }).map(Number),
  fc.date({ noInvalidDate: true }).map(Number),
  fc.constantFrom(0, -1, 8.64e15, -8.64e15, 1_769_852_400_000),
);

const exact = fc
  .constantFrom('9007199254740993', '0.1000000000000000055', '1e400')
  .map((digits) => new ExactNumber(digits));

/** JSON as a source reads it: lone surrogates can be escaped in it, and a number can be an `ExactNumber`. */
const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom(null, true, false, 'a', '\uD800', 'blue'),
    number.map((each) => each + 0),
    exact,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('2', '1', 'b', 'a')), tie('value'), { maxKeys: 3 }),
  ),
})).value;

/** Values as a source reads them from a database whose text is UTF-8. */
export function storedValue(type: FieldType, nullable: boolean): fc.Arbitrary<FieldValue> {
  const one = { text, number, boolean: fc.boolean(), timestamp, 'text[]': fc.array(text, { maxLength: 4 }), json }[
    type
  ];
  return fc.option(one as fc.Arbitrary<FieldValue>, { freq: nullable ? 4 : 50 });
}
