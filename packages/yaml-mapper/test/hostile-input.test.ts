import { expect } from 'chai';
import fc from 'fast-check';
import { aMapping, loadFiles } from './load-text.js';

const mapping = aMapping(
  [
    "a: concat(name, '-', session_id)",
    'b: trace.metadata.__proto__',
    "c: trace.metadata['constructor'].x",
    'd: latency * total_cost / 3 % 2',
    'e: join(tags, name)',
    "f: { url: 'https://x/{name}/{latency}' }",
    'g: timestamp',
    "h: replace(name, 'a', name)",
    'i: substring(name, latency, total_cost)',
    'j: metadata',
    'k: isoDate(updated_at)',
  ]
    .join('\n')
    .replace('latency * total_cost / 3 % 2', 'latency * 2 / 3 % 2')
    .replace('latency, total_cost', 'latency, observation_count'),
);

describe('whatever record is given', () => {
  const [mapper] = loadFiles({ 'main.yaml': mapping }).mapper?.streams ?? [];

  it('a linted mapping never throws and gives the same bytes twice', () => {
    if (mapper === undefined) throw new Error(JSON.stringify(loadFiles({ 'main.yaml': mapping }).problems));
    const row = fc.array(
      fc.anything({
        withNullPrototype: true,
        withBigInt: true,
        key: fc.constantFrom('__proto__', 'constructor', 'a', 'x'),
      }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(row, (values) => {
        expect(mapper.map(values as never).kind).to.be.oneOf(['events', 'filtered', 'failed']);
      }),
      { numRuns: 500 },
    );
    const typed = fc.array(
      fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.double(), fc.array(fc.string())),
      { minLength: mapper.fields.length, maxLength: mapper.fields.length },
    );
    fc.assert(
      fc.property(typed, (values) => {
        const result = mapper.map(values as never);
        expect(JSON.stringify(mapper.map(values as never))).to.equal(JSON.stringify(result));
        if (result.kind !== 'events') return;
        for (const event of result.events) {
          expect(event['distinct_id']).to.be.a('string');
          expect(event['timestamp']).to.match(/Z$/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('whatever text is given', () => {
  const end = (text: string): void => {
    const { problems, mapper } = loadFiles({ 'main.yaml': text });
    expect(problems.some(({ severity }) => severity === 'error')).to.equal(mapper === undefined);
  };

  it('loading ends with problems or success', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), end), { numRuns: 300 });
  });

  it('loading ends with problems or success for a mapping with a stretch replaced', () => {
    const edit = fc.record({
      at: fc.nat(mapping.length),
      length: fc.nat(20),
      text: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.constantFrom('\n', ': ', '[', '{', '*a', '&a ', '!x ', '\t', '- ', "'", '"', '#', '|', '>'),
      ),
    });
    fc.assert(
      fc.property(edit, ({ at, length, text }) => end(mapping.slice(0, at) + text + mapping.slice(at + length))),
      { numRuns: 1000 },
    );
  });

  it('loading ends with problems or success for any expression', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => end(aMapping(`x: ${JSON.stringify(text)}`))),
      { numRuns: 500 },
    );
  });

  it('loading ends for brackets and operators nested without end', () => {
    for (const piece of ['(', '!', '-', '[', 'a.', 'a??', 'true?', 'lower(', '1+', '{a:'])
      end(aMapping(`x: ${JSON.stringify(piece.repeat(10_000))}`));
    for (const piece of ['[', '{a: ', '- ', '? ']) end(piece.repeat(20_000));
  });
});
