import fc from 'fast-check';
import type { FieldType } from '@sluice/core/source';

const texts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', ' ', '__proto__', 'constructor', '\uD800', '\u0000', '2026-01-31', '1e3', 'NaN', '%', '"', '\\'),
);

/** Values that a source can send for a field of this type, nullable or not. */
export function typedValue(type: FieldType): fc.Arbitrary<unknown> {
  switch (type) {
    case 'text':
      return fc.option(texts);
    case 'number':
      return fc.option(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(-0)));
    case 'boolean':
      return fc.option(fc.boolean());
    case 'timestamp':
      return fc.option(fc.oneof(fc.date({ noInvalidDate: true }).map(Number), fc.constantFrom(0, -1, 8.64e15)));
    case 'text[]':
      return fc.option(fc.array(texts, { maxLength: 5 }));
    case 'json':
    default:
      return fc.jsonValue({ noUnicodeString: false });
  }
}

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const throwing = Object.defineProperty({}, 'a', {
  enumerable: true,
  get: () => {
    throw new Error('a getter');
  },
});
let deep: unknown = 1;
for (let level = 0; level < 5_000; level += 1) deep = [deep];

/** Values that no source should send. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    key: fc.constantFrom('__proto__', 'constructor', 'toJSON', 'toString', 'length', 'a', 'x'),
  }),
  fc.constantFrom<unknown>(
    undefined,
    Number.NaN,
    Infinity,
    8.64e15 + 1,
    1n,
    Symbol('s'),
    () => 1,
    cyclic,
    throwing,
    deep,
    [undefined, 'a'],
    Array(3),
    new Date(Number.NaN),
    { toJSON: () => 'changed' },
    { toString: () => 'changed', valueOf: () => 1 },
    new Proxy({}, {}),
    'x'.repeat(100_000),
    ['a', 1],
    Object.create({ inherited: 1 }),
  ),
);
