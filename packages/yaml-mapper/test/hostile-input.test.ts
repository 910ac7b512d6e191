import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Row } from '@sluice/core/source';
import type { LoadedMapping, StreamMapper } from '@sluice/core/config';
import { testRuns } from '@sluice/testkit';
import { hostileValue, typedValue } from './arbitrary-values.js';
import { EVERYTHING } from './everything.js';
import { expectEvent } from './expect-event.js';
import { langfuseStreams } from './langfuse-streams.js';
import { aMapping, loadFiles } from './load-text.js';

const shipped = (name: string): string =>
  readFileSync(new URL(`../../../configs/mappings/${name}`, import.meta.url), 'utf8');
const real = {
  'langfuse.yaml': shipped('langfuse.yaml'),
  'langfuse-posthog.yaml': shipped('langfuse-posthog.yaml'),
  'langfuse-posthog-extended.yaml': shipped('langfuse-posthog-extended.yaml'),
  'everything.yaml': EVERYTHING,
};
const params = { langfuseUrl: 'https://langfuse.example', salt: 'a salt for the tests' };

function mapperOf(text: string): StreamMapper {
  const loaded = loadFiles({ 'main.yaml': text, ...real }, { params });
  const [mapper] = loaded.mapper?.streams ?? [];
  if (mapper === undefined) throw new Error(JSON.stringify(loaded.problems, null, 1));
  return mapper;
}

/** Rows for a mapper, whose values have the type of their field or any type. */
function rowsFor({ stream, fields }: StreamMapper, isHostile: boolean): fc.Arbitrary<readonly unknown[]> {
  const schema = langfuseStreams.find(({ name }) => name === stream);
  const values = fields.map(({ field, path }) => {
    const typed = typedValue(path === undefined ? (schema?.fields[field]?.type ?? 'json') : 'json');
    return isHostile ? fc.oneof({ weight: 3, arbitrary: typed }, { weight: 1, arbitrary: hostileValue }) : typed;
  });
  return fc.tuple(...values);
}

function expectMapped(mapper: StreamMapper, values: readonly unknown[]): void {
  const row = values as Row;
  const result = mapper.map(row);
  expect(result.kind).to.be.oneOf(['events', 'filtered', 'failed']);
  expect(JSON.stringify(mapper.map(row))).to.equal(JSON.stringify(result));
  if (result.kind === 'events') for (const event of result.events) expectEvent(event);
}

describe('a linted mapping, for any record,', function () {
  this.timeout(60_000);
  it('does not throw, follows the schema and is deterministic, for values of the right type', () => {
    const mapper = mapperOf(EVERYTHING);
    let events = 0;
    fc.assert(
      fc.property(rowsFor(mapper, false), (row) => {
        expectMapped(mapper, row);
        if (mapper.map(row as Row).kind === 'events') events += 1;
      }),
      { numRuns: testRuns(200) },
    );
    expect(events).to.be.greaterThan(testRuns(10));
  });

  it('does not throw, follows the schema and is deterministic, for values of any type', () => {
    const mapper = mapperOf(EVERYTHING);
    fc.assert(
      fc.property(rowsFor(mapper, true), (row) => expectMapped(mapper, row)),
      { numRuns: testRuns(200) },
    );
    fc.assert(
      fc.property(fc.array(hostileValue, { maxLength: 60 }), (row) => expectMapped(mapper, row)),
      { numRuns: testRuns(200) },
    );
  });

  it('does not throw for any expression', () => {
    let linted = 0;
    fc.assert(
      fc.property(
        fc.array(anExpression, { minLength: 1, maxLength: 4 }),
        fc.infiniteStream(hostileValue),
        (list, values) => {
          const loaded = loadFiles({
            'main.yaml': aMapping(list.map((text, at) => `x${at}: ${JSON.stringify(text)}`).join('\n')),
          });
          const [mapper] = loaded.mapper?.streams ?? [];
          if (mapper === undefined) return;
          linted += 1;
          expectMapped(mapper, ['t', 0, ...values.take(mapper.fields.length)]);
          expectMapped(
            mapper,
            mapper.fields.map(({ field }) => (field === 'id' ? 't' : field === 'timestamp' ? 0 : values.next().value)),
          );
        },
      ),
      { numRuns: testRuns(400) },
    );
    // One in nine is free of problems.
    expect(linted).to.be.greaterThan(testRuns(5));
  });
});

/** Grammatical expressions of any type. */
const { anExpression } = fc.letrec<{ anExpression: string }>((tie) => {
  const part = tie('anExpression');
  const operator = fc.constantFrom('+', '-', '*', '/', '%', '==', '!=', '<', '>=', '&&', '||', '??');
  const leaf = fc.constantFrom(
    'name',
    'id',
    'latency',
    'observation_count',
    'public',
    'tags',
    'tags[0]',
    'metadata.a',
    'trace.metadata.b[1]',
    'timestamp',
    'updated_at',
    'total_cost',
    'null',
    'true',
    '1',
    "'a'",
    "['a', name]",
    'event.uuid',
    'event.timestamp',
  );
  const call = fc
    .tuple(
      fc.constantFrom(
        'lower',
        'length',
        'text',
        'number',
        'first',
        'sort',
        'round',
        'isoDate',
        'sha256',
        'abs',
        'list',
        'timestamp',
      ),
      part,
    )
    .map(([name, value]) => `${name}(${value})`);
  const binary = fc.tuple(part, operator, part).map(([left, sign, right]) => `(${left} ${sign} ${right})`);
  const choice = fc.tuple(part, part, part).map(([test, one, other]) => `(${test} ? ${one} : ${other})`);
  return {
    anExpression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      leaf,
      call,
      binary,
      choice,
      fc.tuple(fc.constantFrom('!', '-'), part).map(([sign, value]) => `${sign}${value}`),
      fc
        .tuple(fc.constantFrom('concat', 'contains', 'max', 'split', 'substring'), part, part)
        .map(([name, a, b]) => `${name}(${a}, ${b})`),
    ),
  };
});

function expectEnd(text: string, more: Readonly<Record<string, string>> = {}): LoadedMapping {
  const loaded = loadFiles({ 'main.yaml': text, ...more });
  expect(loaded.problems.some(({ severity }) => severity === 'error')).to.equal(loaded.mapper === undefined);
  for (const { line, column, endLine, endColumn, help } of loaded.problems) {
    expect(Math.min(line, column, endLine, endColumn)).to.be.at.least(1);
    expect(endLine > line || endColumn >= column).to.equal(true);
    expect(help).to.be.a('string').and.not.equal('');
  }
  return loaded;
}

describe('loading a mapping ends with problems or success', function () {
  this.timeout(60_000);
  // Mocha would keep whole stacks, and these tests throw thousands of errors, thousands of calls deep.
  const { stackTraceLimit } = Error;
  before(() => {
    Error.stackTraceLimit = 10;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  const pieces = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      '\n',
      ': ',
      '[',
      '{',
      '*a',
      '&a ',
      '!x ',
      '\t',
      '- ',
      "'",
      '"',
      '#',
      '|',
      '>',
      '\r\n',
      '\uFEFF',
      '??',
      '(',
      ')',
      '__proto__',
      'event.',
      'null',
      '%',
      '---\n',
      '? ',
    ),
  );

  it('for any bytes', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array).toString('utf8'));
    fc.assert(
      fc.property(fc.oneof(bytes, fc.string({ unit: 'binary', maxLength: 300 })), (text) => void expectEnd(text)),
      { numRuns: testRuns(250) },
    );
  });

  it('for any pieces of YAML', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (list) => void expectEnd(list.join(''))),
      { numRuns: testRuns(250) },
    );
  });

  for (const [name, text] of Object.entries(real)) {
    it(`for ${name} with parts replaced, lines moved and lines repeated`, () => {
      const lines = text.split('\n');
      const replace = fc.record({ at: fc.nat(text.length), length: fc.nat(20), piece: pieces });
      const move = fc.tuple(fc.nat(lines.length - 1), fc.nat(lines.length - 1), fc.boolean());
      const mutated = fc
        .tuple(fc.array(move, { maxLength: 2 }), fc.array(replace, { minLength: 1, maxLength: 3 }))
        .map(([moves, edits]) => {
          const moved = [...lines];
          for (const [from, to, isCopy] of moves) {
            const line = moved[from] ?? '';
            if (!isCopy) moved.splice(from, 1);
            moved.splice(to, 0, line);
          }
          let result = moved.join('\n');
          for (const { at, length, piece } of edits) result = result.slice(0, at) + piece + result.slice(at + length);
          return result;
        });
      fc.assert(
        fc.property(mutated, (mutant) => void expectEnd(mutant, real)),
        { numRuns: testRuns(80) },
      );
    });
  }

  it('for any expression', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.array(fc.oneof(pieces, anExpression), { maxLength: 8 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(
        text,
        (each) => void expectEnd(aMapping(`x: ${JSON.stringify(each)}\ny: { url: ${JSON.stringify(each)} }`)),
      ),
      { numRuns: testRuns(250) },
    );
  });

  it('for deeply nested brackets, operators and lists', () => {
    for (const piece of ['(', '!', '-', '[', 'a.', 'a??', 'true?', 'lower(', '1+', '{a:', '((', 'a[', '`${', 'new '])
      expectEnd(aMapping(`x: ${JSON.stringify(piece.repeat(10_000))}`));
    for (const piece of ['[', '{a: ', '- ', '? ', '&a ', '!a ', '"', "'", '%a\n', ': ', '---\n', '\t', '| ', '*a '])
      expectEnd(piece.repeat(4_000));
  });
});

describe('loading a mapping does not take exponential time', function () {
  this.timeout(60_000);
  it('for includes of includes', () => {
    const shared = Array.from({ length: 60 }, (_, at) => `  f${at + 1}: { include: [f${at}, f${at}] }`).join('\n');
    const text = aMapping('')
      .replace('events:', `shared:\n  f0: { when: public }\n${shared}\nevents:`)
      .replace('    from: trace', '    from: trace\n    include: [f60]');
    expect(expectEnd(text).problems).to.deep.equal([]);
  });

  it('for values of the event that read each other', () => {
    const text = (count: number): string => {
      const fields = Array.from(
        { length: count },
        (_, at) => `    f${at}: concat(event.f${at + 1}, event.f${at + 1})\n`,
      ).join('');
      return `sluice: 1\nsource: langfuse-postgres\nsink: jsonl\nevents:\n  - event: e\n    from: trace\n    uuid: id\n${fields}    f${count}: name\n`;
    };
    expect(expectEnd(text(25)).mapper).not.to.equal(undefined);
    expect(expectEnd(text(2_000)).problems[0]?.code).to.equal('expression-too-large');
  });

  it('for thousands of aliases, keys, names and problems', () => {
    const keys = Array.from({ length: 18_000 }, (_, at) => `k${at.toString(36)}: nmae`).join('\n');
    const aliases = `a: &a 1\nb: [${'*a,'.repeat(60_000)}]`;
    expect(expectEnd(keys).problems.length).to.be.at.most(500);
    expect(expectEnd(aMapping(keys)).problems[0]?.code).to.equal('file-too-large');
    expect(expectEnd(aliases).problems[0]?.code).to.equal('file-too-large');
    expect(expectEnd(`remove: [${'x,'.repeat(9_000)}]\n${aMapping('')}`).problems[0]?.code).to.equal('file-too-large');
    expect(expectEnd('x'.repeat(300_000)).problems[0]?.code).to.equal('file-too-large');
    const events = Array.from({ length: 250 }, (_, at) => `  - { event: e${at}, from: trace, include: [f] }`).join(
      '\n',
    );
    const names = Array.from({ length: 500 }, (_, at) => `n${at}: name`).join(', ');
    const many = `sluice: 1\nsource: langfuse-postgres\nsink: jsonl\nshared: { f: { uuid: id, p: { ${names} } } }\nevents:\n${events}\n`;
    expect(expectEnd(many).problems[0]?.code).to.equal('file-too-large');
  });
});
