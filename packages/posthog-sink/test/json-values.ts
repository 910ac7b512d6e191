import type { JsonValue } from '@sluice/core/adapter';
import * as fc from 'fast-check';

/** What a property of an event can hold: these texts and numbers, also in lists and objects. */
export function jsonValues(text: fc.Arbitrary<string>, number: fc.Arbitrary<number>): fc.Arbitrary<JsonValue> {
  return fc.oneof(
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(text, { maxLength: 3 }),
    fc.dictionary(text, number, { maxKeys: 3 }),
  );
}
