import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { TextOutput, type EventText } from '@sluice/core/text';
import { anEvent, aUuid, eventText } from '@sluice/testkit';
import { expect } from 'chai';
import * as fc from 'fast-check';
import { encodeEvent, type Protocol } from '#src/encode-event.js';
import { writeEventText } from '#src/write-event-text.js';
import { jsonValues } from './json-values.js';

const library = { name: 'sluice', version: '0.1.0' };
const NIL = '00000000-0000-0000-0000-000000000000';

type Overrides = Parameters<typeof anEvent>[0];

/** What is written for an event; undefined if it is declined. */
function written(event: MappedEvent, protocol: Protocol, change: (text: EventText) => EventText = (same) => same) {
  const { event: text, page } = eventText([event]);
  const write = writeEventText(change(text), { protocol, library });
  if (write === undefined) return undefined;
  // Whatever is left of another event.
  const output = new TextOutput(() => Buffer.alloc(64 * 1024, String.raw`\u`));
  output.begin();
  output.length = 5;
  output.begin();
  const time = write(page, 0, output);
  if (output.isDeclined) return undefined;
  const { bytes, start, length, uuidStart } = output;
  return {
    text: bytes.toString('utf8', start, length),
    bytes: length - start,
    uuid: bytes.toString('utf8', uuidStart, uuidStart + 36),
    time,
  };
}

function encoded(event: MappedEvent, protocol: Protocol) {
  const encoding = encodeEvent(event, { protocol, library, shorten: [] });
  if (encoding.kind === 'rejected') return undefined;
  const { text, bytes, uuid, time } = encoding.event;
  return { text, bytes, uuid, time };
}

function expectSame(overrides: Overrides): void {
  for (const protocol of ['v0', 'v1'] as const) {
    expect(written(anEvent(overrides), protocol)).to.deep.equal(encoded(anEvent(overrides), protocol));
  }
}

function expectDeclined(overrides: Overrides): void {
  for (const protocol of ['v0', 'v1'] as const) expect(written(anEvent(overrides), protocol)).to.equal(undefined);
}

/** Lists in lists: the innermost holds a text with brackets that are none. */
function nested(levels: number): JsonValue {
  let value: JsonValue = ['"]]]]\\'];
  for (let level = 1; level < levels; level += 1) value = level % 2 === 0 ? [value] : { ']"': value };
  return value;
}

const unit = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('\ud800', '\udc00', '\0', '\u0001') },
  {
    weight: 9,
    arbitrary: fc.constantFrom('"', '\\', '\u2028', '\u212a', '\u007f', 'ü', '😀', ' ', '\n', '\t', '\u00a0'),
  },
  { weight: 9, arbitrary: fc.constantFrom('u', 'a', '[', '{', ']') },
  { weight: 20, arbitrary: fc.string({ maxLength: 1 }) },
);
const text = fc.string({ unit, maxLength: 30 });
const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(-0));
const value = fc.oneof(
  { weight: 6, arbitrary: jsonValues(text, number) },
  { weight: 1, arbitrary: fc.integer({ min: 90, max: 110 }).map(nested) },
);
const propertyName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('cost', '$ai_model', 'a b', 'ü', 'quoted"', 'mapped_token', '$groups') },
  { weight: 3, arbitrary: fc.constantFrom('$set', 'token', '$ip', '$lib', 'distinct_id') },
  { weight: 1, arbitrary: fc.oneof(text, fc.constantFrom('__proto__', '7', '0', '01', '')) },
);
const properties = fc
  .array(fc.tuple(propertyName, value), { maxLength: 5 })
  .map((entries): Record<string, JsonValue> => Object.fromEntries(entries));
/** Mostly texts, as a mapping makes them. */
const groups = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom('company', 'ü "team"', 'a b') },
        { weight: 1, arbitrary: propertyName },
      ),
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom('acme', 'a "b"', 'ü\u2028', '') },
        { weight: 2, arbitrary: text },
        { weight: 1, arbitrary: value },
      ),
    ),
    { maxLength: 3 },
  )
  .map((entries): Record<string, JsonValue> => Object.fromEntries(entries));
const ILLEGAL = ['system', 'Guest', '0', 'NULL', 'bac\u212aend', '[object Object]', 'user', 'users', 'anonymous-user'];
const timestamp = fc.oneof(
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  {
    weight: 12,
    arbitrary: fc
      .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString()),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '2026-02-29T00:00:00.000Z',
      '2026-01-15T24:00:00.000Z',
      '2026-01-15T09:00:00Z',
      '2026-01-15T09:00:00.0000Z',
      '2026-1-15T09:00:00.0000Z',
    ),
  },
);

/** Any event that the schema of the sink's events admits, and some that it does not. */
const event = fc.record(
  {
    event: fc.oneof(
      { weight: 12, arbitrary: fc.constantFrom('trace finished', 'ü "quoted"') },
      {
        weight: 1,
        arbitrary: fc.oneof(text, fc.constantFrom('$groupidentify', '$performance_event', 'x'.repeat(201))),
      },
    ),
    uuid: fc.oneof({ weight: 30, arbitrary: fc.uuid() }, { weight: 1, arbitrary: fc.constantFrom(NIL, 'no', '') }),
    distinct_id: fc.oneof(
      { weight: 3, arbitrary: fc.oneof(text, fc.string()) },
      { weight: 1, arbitrary: fc.constantFrom(...ILLEGAL) },
      { weight: 1, arbitrary: fc.string({ minLength: 190, maxLength: 205, unit: fc.constantFrom('a', 'ü', '"') }) },
      { weight: 3, arbitrary: fc.uuid() },
    ),
    timestamp,
    anonymous: fc.option(fc.boolean()),
    session_id: fc.option(
      fc.oneof(
        text,
        fc.uuid(),
        fc.constantFrom(NIL, 'zzzzzzzz-0000-0000-0000-000000000000'),
        fc.uuid().map((uuid) => uuid.toUpperCase()),
      ),
    ),
    set: properties,
    set_once: groups,
    groups,
    properties,
  },
  { requiredKeys: [] },
);

describe('writing an event as text', () => {
  for (const protocol of ['v0', 'v1'] as const) {
    it(`gives the bytes of the encoded event on ${protocol}, or declines`, () => {
      const seen = { same: 0, declined: 0 };
      fc.assert(
        fc.property(event, (overrides) => {
          const mapped = anEvent(withoutNulls(overrides));
          const result = written(mapped, protocol);
          seen[result === undefined ? 'declined' : 'same'] += 1;
          if (result !== undefined) expect(result).to.deep.equal(encoded(mapped, protocol));
        }),
        { numRuns: 1_000 },
      );
      expect(seen.same).to.be.greaterThan(200);
      expect(seen.declined).to.be.greaterThan(200);
    });
  }

  it('takes ordinary events', () => {
    for (const overrides of [
      {},
      { anonymous: true },
      { anonymous: true, distinct_id: aUuid(0), set: { email: 'a@example.com' } },
      { distinct_id: 'ACME\\john doe', session_id: aUuid(7).toUpperCase() },
      { distinct_id: 'jürgen', session_id: 'chat-7' },
      { session_id: NIL, set: { email: 'a@example.com', name: null } },
      { set: undefined, anonymous: undefined, properties: undefined },
      { properties: {} },
      { properties: { model: null, tags: ['a', 'b "c"'], text: 'line\nC:\\users\\u', $ai_input: [{ role: 'user' }] } },
      { properties: { 'a\ud83d': 1, ü: 2 } },
      { properties: { token: 'a', $ip: '127.0.0.1' }, set: { $ip: 'x' } },
      { properties: { deep: nested(100), long: '😀'.repeat(5_000) } },
      { set_once: { first: 'x', gone: null }, set: { last: 1 } },
      { set_once: { gone: null }, groups: { company: 'acme "1"', team: null, plan: '' } },
      { groups: { company: '' } },
      { groups: { company: 'acme' }, set_once: { first: 'x' }, anonymous: true },
      { distinct_id: 'users', timestamp: '0000-02-29T23:59:59.999Z' },
      { distinct_id: 'x'.repeat(200), timestamp: '9999-12-31T00:00:00.000Z' },
    ] as const) {
      expectSame(overrides);
    }
  });

  for (const [what, overrides] of [
    ['a lone surrogate', { properties: { a: '\ud83d' } }],
    ['a NUL', { set: { a: 'x\0' } }],
    ['a value with too many levels', { properties: { a: nested(101) } }],
    ['an event of more than 32 KiB', { properties: { a: 'x'.repeat(33_000) } }],
    ['a number as the name of a property', { properties: { b: 1, 7: 2 } }],
    ['two properties of one name', { properties: { token: 1, mapped_token: 2 } }],
    ['a name that PostHog discards', { event: '$performance_event' }],
    ['the nil uuid', { uuid: NIL }],
    ['a key of a group that is no text', { groups: { company: 42 } }],
    ['groups in two places', { groups: { company: 'acme' }, properties: { $groups: { company: 'other' } } }],
    ['an event about a group', { event: '$groupidentify', groups: { company: 'acme' } }],
    ['no user', { distinct_id: undefined }],
    ['an empty user', { distinct_id: '' }],
    ["nobody's id", { distinct_id: 'Anonymous' }],
    ["nobody's id with another letter", { distinct_id: 'bac\u212aend' }],
    ['a long id', { distinct_id: 'x'.repeat(201) }],
    ['an id with a line feed at its end', { distinct_id: 'jane\n' }],
    ['no timestamp', { timestamp: undefined }],
    ['a timestamp after the year 9999', { timestamp: '+010000-01-01T00:00:00.000Z' }],
    ['a day that the month does not have', { timestamp: '2026-02-29T00:00:00.000Z' }],
  ] as const) {
    it(`declines ${what}`, () => expectDeclined(overrides));
  }

  it('declines a property that hides the prototype', () => {
    expectDeclined({ properties: JSON.parse('{"__proto__":1}') });
  });

  it('declines a required field that is null in a record, and one that declines itself', () => {
    const change =
      (name: string, write: EventText['fields'][number] & { kind: 'value' }) =>
      (whole: EventText): EventText => ({
        ...whole,
        fields: whole.fields.map((field) => (field.name === name ? { ...write, name } : field)),
      });
    for (const name of ['uuid', 'distinct_id', 'timestamp']) {
      const none = change(name, { kind: 'value', name, write: () => false });
      expect(written(anEvent(), 'v0', none), name).to.equal(undefined);
      const itself = change(name, { kind: 'value', name, write: (_page, _record, output) => !output.decline() });
      expect(written(anEvent(), 'v1', itself), name).to.equal(undefined);
    }
  });
});

/** A mapping leaves out fields that are null. */
function withoutNulls(overrides: Readonly<Record<string, JsonValue | undefined>>): Overrides {
  return Object.fromEntries(Object.entries(overrides).filter(([, field]) => field !== null && field !== undefined));
}
