import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonValue } from '@sluice/core/adapter';
import { cleanProperties, personText, propertiesText } from '#src/property-text.js';

/** Names and texts that PostHog would take as instructions, or not at all, among ordinary ones. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('$set', '$ip', 'token', '__proto__', 'constructor', 'a\u0000b', 'lone \ud800', '\\u0000', 'plan'),
);
const properties = fc.dictionary(
  text,
  fc.oneof(text, fc.array(text), fc.jsonValue() as fc.Arbitrary<JsonValue>, fc.constant(Number.NaN)),
  { noNullPrototype: true },
);

describe('properties as text', () => {
  it('are the cleaned properties, copied or not', () => {
    fc.assert(
      fc.property(properties, (some) => {
        expect(JSON.parse(propertiesText(some))).to.deep.equal(JSON.parse(JSON.stringify(cleanProperties(some))));
      }),
    );
  });

  it('contain no lone surrogate and no NUL', () => {
    fc.assert(
      fc.property(properties, (some) => {
        const parsed = JSON.parse(propertiesText(some)) as JsonValue;
        expect(JSON.stringify(parsed)).not.to.match(/(?<!\\)(?:\\\\)*\\u(?:d[89a-f]|0000)/u);
      }),
    );
  });

  it('are an empty object when there are none', () => {
    expect(propertiesText(undefined)).to.equal('{}');
    expect(propertiesText({})).to.equal('{}');
    expect(personText({ plan: null })).to.equal(undefined);
  });
});
