import { expect } from 'chai';
import type { JsonValue, MappingFunction } from '@sluice/core/adapter';
import type { MapResult } from '@sluice/core/config';
import { ExactNumber } from '@sluice/core/source';
import { TextOutput } from '@sluice/core/text';
import { pageText } from '@sluice/testkit';
import { eventJson } from './event-json.js';
import { aMapping, loadFiles, mapRecord } from './load-text.js';

const initial: MappingFunction = {
  name: 'initial',
  doc: 'The first letter of a text.',
  parameters: [{ name: 'value', type: 'text' }],
  result: 'text',
  evaluate: (value) => String(value).slice(0, 1),
};
const RECORD = { id: 't', timestamp: 0, name: 'Ada', tags: ['b', 'a'] };

function load(expression: string, added: readonly MappingFunction[] = [initial], kind = 'sink') {
  const functionsOf = (of: string, type: string) =>
    of === kind && type === (kind === 'sink' ? 'posthog' : 'langfuse-postgres') ? added : undefined;
  return loadFiles({ 'main.yaml': aMapping(`x: ${expression}`) }, { functionsOf });
}

function valueOf(result: MapResult): JsonValue | undefined {
  if (result.kind !== 'events') throw new Error(JSON.stringify(result));
  const properties = result.events[0]?.['properties'] as Readonly<Record<string, JsonValue>>;
  return properties['x'];
}

function returning(result: MappingFunction['result'], value: unknown): MappingFunction {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a careless author may return
  return { ...initial, result, evaluate: () => value as JsonValue };
}

describe('a function that an adapter adds', () => {
  it('is called like one of the language, of the source and of the sink', () => {
    for (const kind of ['sink', 'source']) {
      const loaded = load('initial(name)', [initial], kind);
      expect(loaded.problems).to.deep.equal([]);
      expect(valueOf(mapRecord(loaded, RECORD))).to.equal('A');
      expect(valueOf(mapRecord(loaded, { ...RECORD, name: null }))).to.equal(null);
    }
  });

  it('is checked: its name, the number and the types of its values, its result', () => {
    const codesOf = (expression: string) => load(expression).problems.map(({ code }) => code);
    expect(codesOf('initail(name)')).to.deep.equal(['unknown-function']);
    expect(load('initail(name)').problems[0]?.help).to.contain('initial');
    expect(codesOf('initial(name, id)')).to.deep.equal(['argument-count']);
    expect(codesOf('initial(latency)')).to.deep.equal(['type-mismatch']);
    expect(codesOf('abs(initial(name))')).to.deep.equal(['type-mismatch']);
    expect(codesOf('constructor(name)')).to.deep.equal(['unknown-function']);
  });

  it('gets no number that is another one as a double', () => {
    const whole: MappingFunction = {
      ...initial,
      parameters: [{ name: 'value', type: 'json' }],
      evaluate: (value) => JSON.stringify(value),
    };
    const of = (metadata: unknown): JsonValue | undefined =>
      valueOf(mapRecord(load('initial(metadata)', [whole]), { ...RECORD, metadata: metadata as JsonValue }));
    const exact = new ExactNumber('12345678901234567890');
    expect(of({ a: [exact, 1] })).to.equal('{"a":[null,1]}');
    expect(of(exact)).to.equal(null);
  });

  it('does not replace one of the language', () => {
    const loaded = load('lower(name)', [
      { ...initial, name: 'lower' },
      { ...initial, name: '__proto__' },
    ]);
    expect(valueOf(mapRecord(loaded, RECORD))).to.equal('ada');
  });

  it('gives null for a result of another type', () => {
    const wrong: readonly [MappingFunction['result'], unknown][] = [
      ['text', 1],
      ['text', undefined],
      ['text', Promise.resolve('a')],
      ['number', Number.NaN],
      ['number', '1'],
      ['boolean', 0],
      ['timestamp', new Date()],
      ['text[]', ['a', 1]],
      ['json', new Map()],
    ];
    for (const [result, value] of wrong)
      expect(valueOf(mapRecord(load('initial(name)', [returning(result, value)]), RECORD)), result).to.equal(null);
    expect(valueOf(mapRecord(load('initial(name)', [returning('json', { a: [1] })]), RECORD))).to.deep.equal({
      a: [1],
    });
  });

  it('cannot change the record', () => {
    const sorting: MappingFunction = {
      ...initial,
      parameters: [{ name: 'list', type: 'text[]' }],
      evaluate: (list) => (Array.isArray(list) ? String(list.pop()) : null),
    };
    const tags = ['b', 'a'];
    expect(valueOf(mapRecord(load('initial(tags)', [sorting]), { ...RECORD, tags }))).to.equal('a');
    expect(tags).to.deep.equal(['b', 'a']);
  });

  it('makes a dead letter of a record for which it throws, also on the way from text to text', () => {
    const throwing: MappingFunction = {
      ...initial,
      evaluate: (value) => {
        if (value === 'Ada') throw new Error('no Ada');
        return value;
      },
    };
    const loaded = load('initial(name)', [throwing]);
    expect(mapRecord(loaded, RECORD)).to.include({ kind: 'failed', reason: 'e: no Ada' });
    const [mapper] = loaded.mapper?.streams ?? [];
    if (mapper?.eventText === undefined) throw new Error('no text path');
    const rows = ['Ada', 'Bob'].map((name) =>
      mapper.fields.map(({ field }) => ({ id: 't', timestamp: 0, name })[field] ?? null),
    );
    const types = mapper.fields.map(({ field, path = [] }) =>
      field === 'timestamp' ? ('timestamp' as const) : path.length > 0 ? ('json' as const) : ('text' as const),
    );
    const page = pageText({ types, rows, keys: ['0', '1'], createdAt: [0, 0], problems: new Set() });
    const output = new TextOutput();
    const { eventText } = mapper;
    expect(eventJson(eventText, page, 0, output)).to.equal(undefined);
    expect(eventJson(eventText, page, 1, output)).to.contain('"x":"Bob"');
  });
});
