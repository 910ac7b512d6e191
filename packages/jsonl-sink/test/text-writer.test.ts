import type { JsonValue } from '@sluice/core/adapter';
import { TextOutput } from '@sluice/core/text';
import { jsonlSink } from '@sluice/jsonl-sink';
import { anAdapterContext, anEvent, eventText } from '@sluice/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';

const sink = jsonlSink.create(jsonlSink.config.parse({}), anAdapterContext());

/** What is written for an event; undefined if it is declined. */
function written(overrides: Parameters<typeof anEvent>[0], nulls?: 'omitted'): string | undefined {
  const { event, page } = eventText([anEvent(overrides)]);
  const fields = event.fields.map((field) => (field.kind === 'map' && nulls ? { ...field, nulls } : field));
  const write = sink.textWriter?.({ ...event, fields });
  const output = new TextOutput();
  output.begin();
  write?.(page, 0, output);
  if (write === undefined || output.isDeclined) return undefined;
  const { bytes, start, length, uuidStart } = output;
  expect(bytes.toString('utf8', uuidStart, uuidStart + 36)).to.equal(anEvent(overrides).uuid);
  return bytes.toString('utf8', start, length);
}

const text = fc.string({ unit: fc.oneof(fc.constantFrom('\ud800', '\0', '"', '\\', 'ü', '😀', '\n'), fc.string()) });
const name = fc.oneof(fc.constantFrom('a', 'b', '$c', '', '7'), text);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
);
const values = fc.dictionary(name, fc.oneof(value, fc.constant(null), fc.array(text, { maxLength: 3 })));

describe('an event as text in JSON lines', () => {
  it('is the mapped event as JSON, or is declined', () => {
    let declined = 0;
    fc.assert(
      fc.property(text, fc.dictionary(name, value, { maxKeys: 3 }), values, (event, fields, properties) => {
        const overrides = { event, ...fields, properties };
        const result = written(overrides);
        if (result === undefined) declined += 1;
        else expect(result).to.equal(JSON.stringify(anEvent(overrides)));
      }),
      { numRuns: 300 },
    );
    expect(declined).to.be.within(1, 250);
  });

  it('leaves out what is null, and a map whose nulls are omitted and that is empty', () => {
    const overrides = { session_id: null, set: {}, properties: { a: null, b: 1 } };
    const { session_id: _, ...others } = anEvent(overrides);
    expect(written(overrides)).to.equal(JSON.stringify(others));
    const { set: __, ...without } = others;
    expect(written(overrides, 'omitted')).to.equal(JSON.stringify(without));
  });

  it('is declined where an object would put names elsewhere', () => {
    for (const properties of ['{"b":1,"7":2}', '{"__proto__":1}']) {
      expect(written({ properties: JSON.parse(properties) })).to.equal(undefined);
    }
    expect(written({ 7: 'x' })).to.equal(undefined);
  });
});
