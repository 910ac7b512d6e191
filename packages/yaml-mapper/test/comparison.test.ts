import { expect } from 'chai';
import { compareMappings } from '#src/comparison/compare-mappings.js';
import type { JsonValue } from '@sluice/core/adapter';
import {
  checkMapping,
  compareMappingFiles,
  RecordComparison,
  type CheckedMapping,
  type EventDifference,
  type FieldDifference,
  type MappingDifference,
} from '@sluice/yaml-mapper';
import { aContext, aMapping } from './load-text.js';

const BASE = aMapping('x: name\nn: latency\nc: total_cost');

function compared(before: string, after: string, params?: Readonly<Record<string, unknown>>) {
  const files: Readonly<Record<string, string>> = { '/m/old.yaml': before, '/m/new.yaml': after };
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error('no such file');
    return text;
  };
  const result = compareMappingFiles('/m/old.yaml', '/m/new.yaml', aContext({ readFile, ...(params && { params }) }));
  if (result.compared === undefined) throw new Error(JSON.stringify(result.problems, undefined, 1));
  return result.compared;
}

function difference(before: string, after: string): MappingDifference {
  return compared(before, after).difference;
}

function only(before: string, after: string): EventDifference {
  const { events } = difference(before, after);
  expect(events).to.have.lengthOf(1);
  return events[0] as EventDifference;
}

function brief({ kind, path, aspects, breaking }: FieldDifference): string {
  return `${kind} ${path} ${aspects.join('+')}${breaking ? '!' : ''}`.trim();
}

function fieldsOf(from: string, to: string): readonly string[] {
  return only(BASE, BASE.replace(from, to)).fields.map(brief);
}

describe('comparing two mappings', () => {
  it('ignores comments, documentation, quotes and the order of names', () => {
    const after = BASE.replace('x: name', 'x: { value: "name", doc: The name. } # a comment');
    expect(difference(BASE, after)).to.deep.equal({ events: [], breaking: false, changesIdentity: false });
  });

  it('reports added properties, and removed ones as breaking', () => {
    expect(fieldsOf('x: name', 'x: name\n      y: version')).to.deep.equal(['added properties.y']);
    expect(fieldsOf('      x: name\n', '')).to.deep.equal(['removed properties.x !']);
  });

  it('reports a renamed property as added and removed', () => {
    expect(fieldsOf('x: name', 'title: name')).to.deep.equal(['added properties.title', 'removed properties.x !']);
  });

  it('reports a changed type, unit, nullability or meaning, and whether it breaks', () => {
    expect(fieldsOf('x: name', 'x: public')).to.deep.equal(['changed properties.x type+nullability+meaning!']);
    expect(fieldsOf('n: latency', "n: convert(latency, 'ms')")).to.deep.equal(['changed properties.n unit+meaning!']);
    expect(fieldsOf('c: total_cost', "c: '{ value: total_cost, when: public }'".replaceAll("'", ''))).to.deep.equal([
      'changed properties.c nullability+meaning!',
    ]);
    expect(fieldsOf('x: name', "x: name ?? 'none'")).to.deep.equal(['changed properties.x nullability+meaning']);
    expect(fieldsOf('x: name', 'x: version')).to.deep.equal(['changed properties.x meaning']);
  });

  it('finds a change inside a constant, whatever the names of its keys', () => {
    const before = BASE.replace('x: name', 'x: { const: { doc: a, text: b } }');
    const { difference: found, before: old, after: fresh } = compared(before, before.replace('doc: a', 'doc: c'));
    expect(found.events[0]?.fields.map(brief)).to.deep.equal(['changed properties.x meaning']);
    expect(old.hash).to.not.equal(fresh.hash);
  });

  it('finds a change in another value of the event that a value reads', () => {
    const before = BASE.replace('x: name', 'x: event.session_id').replace(
      '    properties:',
      '    session_id: session_id\n    properties:',
    );
    const after = before.replace('session_id: session_id', 'session_id: lower(session_id)');
    expect(only(before, after).fields.map(brief)).to.deep.equal([
      'changed session_id meaning',
      'changed properties.x meaning',
    ]);
  });

  it('pairs events by name, and recognises a renamed event by its stream and uuid', () => {
    const renamed = only(BASE, BASE.replace('event: e', 'event: mine'));
    expect(renamed).to.deep.include({
      kind: 'renamed',
      event: 'mine',
      renamedFrom: 'e',
      identity: ['event'],
      breaking: true,
    });
    const another = BASE.replace('event: e', 'event: another').replace(', id)', ", concat(id, '-'))");
    expect(difference(BASE, another).events.map(({ kind, event }) => `${kind} ${event}`)).to.deep.equal([
      'added another',
      'removed e',
    ]);
    const other = aMapping('v: value').replace('event: e', 'event: other').replace('from: trace', 'from: score');
    const { events, breaking } = difference(BASE, other);
    expect(events.map(({ kind, event }) => `${kind} ${event}`)).to.deep.equal(['added other', 'removed e']);
    expect(breaking).to.equal(true);
  });

  it('reports an added condition as breaking, and a removed one as not breaking', () => {
    const filtered = BASE.replace('from: trace', "from: trace\n    when: name != 'debug'");
    expect(only(BASE, filtered)).to.deep.include({
      conditions: [{ kind: 'added', what: 'when', text: "name != 'debug'", breaking: true }],
      breaking: true,
    });
    expect(only(filtered, BASE)).to.deep.include({
      conditions: [{ kind: 'removed', what: 'when', text: "name != 'debug'", breaking: false }],
      breaking: false,
    });
    const perTag = BASE.replace('from: trace', 'from: trace\n    each: tags').replace(
      ', id)',
      ", concat(id, '-', item))",
    );
    expect(only(BASE, perTag).conditions).to.deep.equal([
      { kind: 'added', what: 'each', text: 'tags', breaking: true },
    ]);
  });

  it('lists the fields by which the identity changes', () => {
    const uuid = BASE.replace(
      "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)",
      "uuid5('0f6c91df-d035-4813-b838-9741ba38ef0c', id)",
    );
    expect(only(BASE, uuid).identity).to.deep.equal(['uuid', 'distinct_id']);
    expect(only(BASE, BASE.replace('timestamp: timestamp', 'timestamp: created_at')).identity).to.deep.equal([
      'timestamp',
    ]);
    expect(only(BASE, BASE.replace('x: name', 'x: version')).identity).to.deep.equal([]);
  });

  it('gives each mapping only the parameters that it declares', () => {
    const after = BASE.replace('events:', 'params: { prefix: { type: text } }\nevents:').replace(
      'x: name',
      'x: prefix',
    );
    expect(compared(BASE, after, { prefix: 'p' }).difference.events[0]?.fields.map(brief)).to.deep.equal([
      'changed properties.x nullability+meaning',
    ]);
  });

  it('terminates for values that refer to each other exponentially often', () => {
    const values = Array.from(
      { length: 40 },
      (_, index) => `    v${index + 1}: concat(event.v${index}, event.v${index})\n`,
    );
    const nested = `sluice: 1
source: langfuse-postgres
sink: jsonl
events:
  - event: e
    from: trace
    uuid: uuid5('0f6c91df-d035-4813-b838-9741ba38ef0b', id)
    v0: id
${values.join('')}`;
    const check = (text: string): CheckedMapping => {
      const { mapping, problems } = checkMapping({ file: '/m/e.yaml' }, aContext({ readFile: () => text }));
      if (mapping === undefined) throw new Error(JSON.stringify(problems));
      return mapping;
    };
    const { events } = compareMappings(check(nested), check(nested.replace('v0: id', 'v0: project_id')));
    expect(events[0]?.fields).to.have.lengthOf(41);
  });
});

describe('comparing records', () => {
  const after = BASE.replace('event: e', 'event: mine')
    .replace('n: latency', "n: convert(latency, 'ms')")
    .replace('from: trace', "from: trace\n    when: name != 'debug'");

  function comparisonOf(records: readonly Readonly<Record<string, JsonValue>>[]) {
    const { before, after: fresh, difference: found } = compared(BASE, after);
    const comparison = new RecordComparison('trace', { before, after: fresh }, found);
    for (const record of records) {
      const row = comparison.fields.map(({ field, path = [] }) => record[[field, ...path].join('/')] ?? null);
      comparison.add(String(record['id']), row);
    }
    return comparison.result();
  }

  it('counts events, filtered records and differing values, with examples', () => {
    const result = comparisonOf([
      { id: 'a', timestamp: 0, name: 'n', latency: 1.5 },
      { id: 'b', timestamp: 0, name: 'debug', latency: 2 },
      { id: 'c', timestamp: 0, name: 'n' },
    ]);
    expect(result).to.deep.equal({
      stream: 'trace',
      records: 3,
      events: { before: 3, after: 2 },
      filtered: { before: 0, after: 1 },
      failed: { before: 0, after: 0 },
      changedEvents: 1,
      values: [{ event: 'mine', path: 'properties.n', changed: 1, examples: [{ key: 'a', before: 1.5, after: 1500 }] }],
    });
  });

  it('keeps three examples and counts records that cannot be mapped', () => {
    const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id, timestamp: 0, name: 'n', latency: 1 }));
    const result = comparisonOf([...rows, { id: 'e', timestamp: 1e300, name: 'n' }]);
    expect(result.values[0]).to.include({ changed: 4 });
    expect(result.values[0]?.examples).to.have.lengthOf(3);
    expect(result.failed).to.deep.equal({ before: 1, after: 1 });
  });
});
