import { parseJson, type FieldValue } from '@sluice/core/source';
import { aTraceVersion, insertVersions } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf } from './a-source.js';
import { anEmptiedDatabase } from './test-database.js';

const TEXTS = [
  '{"a":1,"b":[true,null,"x"]}',
  '{"a":99999999999999999999,"b":[123456789012345678901234567890]}',
  '{"a":12345678901234567.5,"b":{"c":0.12345678901234567890}}',
  '{"a":1e400,"b":[-1E-400,1e22]}',
  String.raw`{"a":"cut \ud83d","b":["\ud83d\ude00 \\ud83d \u1e4000", 12345678901234567890123]}`,
  String.raw`{"a":"\"a\": 12345678901234567.50, [1e400,","b":[0,1,1234567890123456.75]}`,
  '{"a":{"0":"zero","1":"one"},"b":{"-1":"last"}}',
  '\uFEFF{"a":1}',
  '{"a":01234567890123456789}',
  '{1234567890123456789:"a"}',
  '[1234567890123456.75,{"a":[1e999]}]',
  '123456789012345678901234567890',
  '12345678901234567890.',
  'a text with 1234567890123456789 in it',
];

const PATHS = [['a'], ['b'], ['a', 0], ['a', '0'], ['b', 1], ['b', -1], ['b', 'c'], [0], [1, 'a', 0]];

/** As JavaScript has it; half of a surrogate pair is no character. */
function expectedOf(text: string): FieldValue {
  try {
    return parseJson(text.replaceAll(/(?<!\\)\\ud83d(?!\\u)/g, String.raw`\ufffd`));
  } catch {
    return text;
  }
}

function partOf(value: unknown, [step, ...rest]: readonly (string | number)[]): unknown {
  if (step === undefined) return value ?? null;
  if (Array.isArray(value)) return typeof step === 'number' ? partOf(value.at(step), rest) : null;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return null;
  return partOf(Reflect.get(value, step), rest);
}

describe('JSON that ClickHouse does not read as JavaScript does', () => {
  let rows: ReadonlyMap<string, readonly FieldValue[]>;

  before(async () => {
    const url = await anEmptiedDatabase('v3');
    const traces = TEXTS.map((text, index) =>
      aTraceVersion({ id: `trace-${index}`, input: text, metadata: { key: text } }),
    );
    await insertVersions(url, 'traces', traces);
    const fields = [
      { field: 'input' },
      { field: 'metadata' },
      ...PATHS.map((path) => ({ field: 'input', path })),
      ...PATHS.map((path) => ({ field: 'metadata', path: ['key', ...path] })),
    ];
    const pages = await pagesOf(aSource(url, { content: 'include' }), { window: everything('trace'), fields });
    for (const page of pages) expect([...(page.problems?.values() ?? [])]).to.deep.equal([]);
    rows = new Map(pages.flatMap((page) => page.rows.map((row, index) => [page.keys[index] ?? '', row])));
  });

  for (const [index, text] of TEXTS.entries()) {
    it(`keeps its values and its digits: ${text}`, () => {
      const value = expectedOf(text);
      const [input, metadata, ...parts] = rows.get(`project-1/trace-${index}`) ?? [];
      // A whole value keeps the half for the sink to replace.
      if (!text.includes('cut')) expect([input, metadata]).to.deep.equal([value, { key: value }]);
      else expect(input).to.have.keys('a', 'b');
      const expected = PATHS.map((path) => partOf(value, path));
      expect(parts).to.deep.equal([...expected, ...expected]);
    });
  }

  it('has an object where a text in it is not UTF-8', async () => {
    const url = await anEmptiedDatabase('v3');
    // JavaScript writes half of a character, and ClickHouse stores it.
    await insertVersions(url, 'traces', [aTraceVersion({ input: '{"a":"cut \uDE00","b":2}' })]);
    const fields = [{ field: 'input' }, { field: 'input', path: ['b'] }];
    const [page] = await pagesOf(aSource(url, { content: 'include' }), { window: everything('trace'), fields });
    const [input, part] = page?.rows[0] ?? [];
    expect(input).to.include({ b: 2 });
    expect(part).to.equal(2);
  });
});
