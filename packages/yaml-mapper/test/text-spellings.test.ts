import { expect } from 'chai';
import type { StreamMapper } from '@sluice/core/config';
import { NULL_VALUE, TextOutput, type PageText } from '@sluice/core/text';
import { loadFiles, aMapping } from './load-text.js';
import { eventJson } from './event-json.js';

/** A page of one record, of texts as a database may write them. Its values are not known. */
function handMade(texts: readonly (string | null)[]): PageText {
  const parts = texts.map((text) => Buffer.from(text ?? ''));
  const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
  return {
    bytes: Buffer.concat(parts),
    starts: Uint32Array.from(texts, (text, index) => (text === null ? NULL_VALUE : (ends[index - 1] ?? 0))),
    ends: Uint32Array.from(ends),
    records: 1,
    columns: texts.length,
    keyColumn: 0,
    createdAtColumn: 0,
    row: () => undefined,
  };
}

type WithText = StreamMapper & Required<Pick<StreamMapper, 'eventText'>>;

const streams = new Map<string, WithText>();

function streamOf(expression: string): WithText {
  const known = streams.get(expression);
  if (known !== undefined) return known;
  const { mapper, problems } = loadFiles({ 'main.yaml': aMapping(`x: ${expression}`) });
  const [stream] = mapper?.streams ?? [];
  if (stream?.eventText === undefined) throw new Error(JSON.stringify(problems));
  const { eventText } = stream;
  streams.set(expression, { ...stream, eventText });
  return { ...stream, eventText };
}

/** The JSON of a property; undefined if the event is declined. */
function written(expression: string, texts: Readonly<Record<string, string>>): string | undefined {
  const stream = streamOf(expression);
  const given: Readonly<Record<string, string>> = { id: 't', timestamp: '2026-01-31 09:30:00', ...texts };
  const page = handMade(stream.fields.map(({ field, path = [] }) => given[[field, ...path].join('/')] ?? null));
  const json = eventJson(stream.eventText, page, 0, new TextOutput());
  return json?.replace(/^.*"x":(.*)\}\}$/su, '$1');
}

const NUMBERS: readonly (readonly [text: string, json: string | undefined])[] = [
  ['0', '0'],
  ['-0', '0'],
  ['-0.000', '0'],
  ['0.500000000000000000000000000000', '0.5'],
  ['12.0', '12'],
  ['-12.50', '-12.5'],
  ['100', '100'],
  ['0.000001', '0.000001'],
  ['0.0000012', '0.0000012'],
  ['0.0000001', '1e-7'],
  ['1e-07', '1e-7'],
  ['1.5E+3', '1500'],
  ['1e21', '1e+21'],
  ['100000000000000000000', '100000000000000000000'],
  ['1000000000000000000000', '1e+21'],
  ['123456789012345', '123456789012345'],
  ['9007199254740993', '9007199254740992'],
  ['0.123456789012345', '0.123456789012345'],
  ['0.1234567890123456789', '0.12345678901234568'],
  ['1.000000000000000000000000000001', '1'],
  ['007', '7'],
  ['1e400', undefined],
  ['9'.repeat(400), undefined],
  ['NaN', undefined],
  ['-Infinity', undefined],
  ['', undefined],
  ['-', undefined],
  ['.5', undefined],
  ['5.', undefined],
  ['1.2.3', undefined],
  ['0x10', undefined],
  [' 1', undefined],
];

const TIMES: readonly (readonly [text: string, json: string | undefined])[] = [
  ['2026-01-31 09:30:00', '"2026-01-31T09:30:00.000Z"'],
  ['2026-01-31 09:30:00.1', '"2026-01-31T09:30:00.100Z"'],
  ['2026-01-31 09:30:00.12', '"2026-01-31T09:30:00.120Z"'],
  ['2026-01-31 23:59:59.999999', '"2026-01-31T23:59:59.999Z"'],
  ['1970-01-01 00:00:00.000999', '"1970-01-01T00:00:00.000Z"'],
  ['0001-01-01 00:00:00', '"0001-01-01T00:00:00.000Z"'],
  ['9999-12-31 23:59:59.999', '"9999-12-31T23:59:59.999Z"'],
  ['1969-12-31 23:59:59.999', '"1969-12-31T23:59:59.999Z"'],
  ['1969-12-31 23:59:59.999999', undefined],
  ['2026-01-31 09:30:00.', undefined],
  ['2026-01-31 09:30:00.1234567', undefined],
  ['2026-01-31 09:30:00+00', undefined],
  ['2026-01-31T09:30:00', undefined],
  ['0044-03-15 12:00:00 BC', undefined],
  ['10000-01-01 00:00:00', undefined],
  ['2026-13-01 00:00:00', undefined],
  ['2026-00-01 00:00:00', undefined],
  ['2026-01-32 00:00:00', undefined],
  ['2026-01-00 00:00:00', undefined],
  ['2026-01-31 24:00:00', undefined],
  ['2026-01-31 09:60:00', undefined],
  ['2026-01-31 09:30:60', undefined],
  ['2026-01-31 09:30:0x', undefined],
  ['infinity', undefined],
  ['-infinity', undefined],
  ['', undefined],
];

const TEXTS: readonly (readonly [text: string, json: string | undefined])[] = [
  ['', '""'],
  ['a"b', String.raw`"a\"b"`],
  [String.raw`a\\b\n\v\b\f\r\t`, String.raw`"a\\b\n\u000b\b\f\r\t"`],
  ['\u0001\u001f\u007f\u2028é😀', String.raw`"\u0001\u001f`.concat('\u007f\u2028é😀"')],
  [String.raw`\N`, undefined],
  [String.raw`\x41`, undefined],
  ['\\', undefined],
  ['x'.repeat(32_000), `"${'x'.repeat(32_000)}"`],
  ['x'.repeat(33_000), undefined],
  ['"'.repeat(17_000), undefined],
];

const LISTS: readonly (readonly [text: string, json: string | undefined])[] = [
  ['[]', '[]'],
  ['["a"]', '["a"]'],
  ['["a","","é"]', '["a","","é"]'],
  ['["a", "b"]', undefined],
  ['["a",null]', undefined],
  ['[null]', undefined],
  ['["a",]', undefined],
  ['["a"', undefined],
  ['["a]', undefined],
  ['["a"]]', undefined],
  ['["a""b"]', undefined],
  [String.raw`["\\"a"]`, String.raw`["\"a"]`],
  [String.raw`["a\\\\b","\\n\\t",""]`, String.raw`["a\\b","\n\t",""]`],
  [String.raw`["\\"]`, undefined],
  [String.raw`["\\\"]`, undefined],
  [String.raw`["\n"]`, undefined],
  [String.raw`["\\u0001"]`, undefined],
  ['[,"a"]', undefined],
  ['{"a"}', undefined],
  ['[1]', undefined],
  ['[', undefined],
  ['', undefined],
];

const JSON_TEXTS: readonly (readonly [text: string, json: string | undefined])[] = [
  ['"a"', '"a"'],
  ['""', '""'],
  ['null', ''],
  ['true', 'true'],
  ['false', 'false'],
  [String.raw`"\\u0041"`, undefined],
  ['"a', undefined],
  ['"', undefined],
  ['"a""', undefined],
  ['12', undefined],
  ['{}', undefined],
  [' "a"', undefined],
];

describe('the text of a database', () => {
  const fields = { total_cost: NUMBERS, updated_at: TIMES, version: TEXTS, 'trace.tags': LISTS };
  for (const [field, cases] of Object.entries(fields)) {
    for (const [text, json] of cases) {
      const what = json === undefined ? 'is declined' : `is ${json.slice(0, 40)}`;
      it(`${what}: ${field} of ${JSON.stringify(text.slice(0, 40))}`, () => {
        expect(written(field, { total_cost: '1', [field]: text })).to.equal(json);
      });
    }
  }

  for (const [text, json] of JSON_TEXTS) {
    it(`${json === undefined ? 'is declined' : 'is the value'}: json ${text}`, () => {
      const all = written('trace.metadata.b', { 'trace.metadata/b': text });
      expect(all).to.equal(json === '' ? 'null' : json);
    });
  }

  for (const [text, json] of [
    ['t', 'true'],
    ['f', 'false'],
    ['true', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${json ?? 'declined'}: boolean ${JSON.stringify(text)}`, () => {
      expect(written('public', { public: text })).to.equal(json);
      expect(written("\"public ? 'yes' : 'no'\"", { public: text })).to.equal(
        { true: '"yes"', false: '"no"', declined: undefined }[json ?? 'declined'],
      );
    });
  }

  for (const [text, encoded] of [
    ["AZaz09-_.!~*'()", "AZaz09-_.!~*'()"],
    ['a b/c?d&e"%', 'a%20b%2Fc%3Fd%26e%22%25'],
    ['é😀', '%C3%A9%F0%9F%98%80'],
    [String.raw`\\\n\v`, '%5C%0A%0B'],
  ] as const) {
    it(`is percent-encoded in a url: ${text}`, () => {
      expect(written('{ url: "/{version}" }', { version: text })).to.equal(JSON.stringify(`/${encoded}`));
    });
  }

  it('is written in a url without an exponent', () => {
    expect(written('{ url: "/{total_cost}" }', { total_cost: '1e-07' })).to.equal('"/0.0000001"');
    expect(written('{ url: "/{total_cost}" }', { total_cost: '-0.50' })).to.equal('"/-0.5"');
  });

  it('is declined if a value is null that must not be, even one that the event does not need', () => {
    expect(written('total_cost', {})).to.equal(undefined);
    expect(written('"public ? total_cost : 0"', { public: 'f' })).to.equal(undefined);
    expect(written('"public ? total_cost : 0"', { public: 'f', total_cost: 'NaN' })).to.equal(undefined);
    expect(written('"public ? total_cost : 0"', { public: 'f', total_cost: '1' })).to.equal('0');
  });
});
