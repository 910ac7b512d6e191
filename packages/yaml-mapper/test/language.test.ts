import { createHash } from 'node:crypto';
import { expect } from 'chai';
import type { JsonValue } from '@sluice/core/adapter';
import { aMapping, evaluate, loadFiles, mapRecord } from './load-text.js';

const VALUES: readonly (readonly [string, Readonly<Record<string, JsonValue>>, JsonValue])[] = [
  ["concat(name, '-', id)", { name: 'n' }, 'n-t'],
  ["concat(name, '-', id)", {}, null],
  ['name ?? id', {}, 't'],
  ['name == null', {}, true],
  ["name != 'a'", {}, true],
  ['latency > 5', {}, false],
  ['(latency > 5)', {}, false],
  ['((name))', { name: 'n' }, 'n'],
  ['(latency + 1) * (2)', { latency: 2 }, 6],
  ['latency + 1', { latency: 2 }, 3],
  ['latency / 0', { latency: 2 }, null],
  ["convert(latency, 'ms')", { latency: 1.5 }, 1500],
  ["convert(convert(latency, 'ms'), 's')", { latency: 1.001 }, 1.001],
  ['public ? name : id', { public: true, name: 'n' }, 'n'],
  ['!public', {}, true],
  ['public && name == null', { public: true }, true],
  ['round(latency, 1)', { latency: 1.26 }, 1.3],
  ['upper(trim(name))', { name: ' a ' }, 'A'],
  ["contains(tags, 'b')", { tags: ['a', 'b'] }, true],
  ["contains(['a', 'b'], name)", { name: 'b' }, true],
  ["join(sort(unique(tags)), ',')", { tags: ['b', 'a', 'b'] }, 'a,b'],
  ['first(tags)', { tags: [] }, null],
  ['tags[1]', { tags: ['a', 'b'] }, 'b'],
  ['length(tags)', { tags: ['a', 'b'] }, 2],
  ['timestamp', { timestamp: 1 }, '1970-01-01T00:00:00.001Z'],
  ['isoDate(timestamp)', {}, '1970-01-01'],
  ['timestamp(name)', { name: '2026-01-31' }, '2026-01-31T00:00:00.000Z'],
  ['timestamp(name)', { name: '2026-02-30' }, null],
  ['timestamp(name)', { name: '2026-01-31T10:00:00+02:00' }, '2026-01-31T08:00:00.000Z'],
  ['timestamp(name)', { name: '2026-01-31T10:00:00' }, null],
  ['number(name)', { name: '1e3' }, 1000],
  ['number(name)', { name: '0x10' }, null],
  ['text(latency)', { latency: 1.5 }, '1.5'],
  ["replace(name, 'a', 'bb')", { name: 'aXa' }, 'bbXbb'],
  ['secondsBetween(timestamp, updated_at)', { updated_at: 1500 }, 1.5],
  ["sha256('abc')", {}, 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ["uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')", {}, '2ed6657d-e927-568b-95e1-2665a8aea6a2'],
  ["trace.metadata.a == 'x'", { 'trace.metadata/a': 'x' }, true],
  ["trace.metadata.a ?? 'none'", { 'trace.metadata/a': 5 }, 'none'],
  ['trace.metadata.a', { 'trace.metadata/a': { b: [1] } }, { b: [1] }],
];

describe('an expression', () => {
  for (const [expression, record, value] of VALUES) {
    it(`gives ${JSON.stringify(value)} for ${expression} of ${JSON.stringify(record)}`, () => {
      expect(evaluate(expression, record)).to.deep.equal(value);
    });
  }
});

describe('uuid5', () => {
  it('matches an independent computation for a long name', () => {
    const name = 'ä'.repeat(2000);
    const digest = createHash('sha1')
      .update(Buffer.from('6ba7b8109dad11d180b400c04fd430c8', 'hex'))
      .update(name)
      .digest('hex');
    const uuid = evaluate("uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', name)", { name });
    expect(uuid)
      .to.be.a('string')
      .that.matches(
        new RegExp(
          `^${digest.slice(0, 8)}-${digest.slice(8, 12)}-5${digest.slice(13, 16)}-.${digest.slice(17, 20)}-${digest.slice(20, 32)}$`,
          'u',
        ),
      );
  });
});

describe('an event', () => {
  it('is created for every item of the list under `each`', () => {
    const text = aMapping('tag: item')
      .replace('    from: trace', '    from: trace\n    each: tags')
      .replace(', id)', ", concat(id, '-', item))");
    const loaded = loadFiles({ 'main.yaml': text });
    const result = mapRecord(loaded, { id: 't', timestamp: 0, tags: ['a', 'b'] });
    const events = result.kind === 'events' ? result.events : [];
    expect(events.map((event) => event['properties'])).to.deep.equal([
      { u: null, m: null, tag: 'a' },
      { u: null, m: null, tag: 'b' },
    ]);
    expect(new Set(events.map(({ uuid }) => uuid)).size).to.equal(2);
  });

  it('fails with the position in the mapping if a required value is null', () => {
    const result = mapRecord(loadFiles({ 'main.yaml': aMapping('') }), { id: 't', timestamp: 1e300 });
    expect(result).to.deep.equal({ kind: 'failed', reason: 'e: `timestamp` is null', at: '/m/main.yaml:12:16' });
  });

  it('needs only a uuid for a sink that takes any event', () => {
    const text =
      'sluice: 1\nsource: langfuse-postgres\nsink: jsonl\nevents:\n  - { event: e, from: trace, uuid: "uuid5(\'0f6c91df-d035-4813-b838-9741ba38ef0b\', id)", a: latency, b: { c: public } }\n';
    const loaded = loadFiles({ 'main.yaml': text });
    expect(loaded.problems).to.deep.equal([]);
    const result = mapRecord(loaded, { id: 't', latency: 1 });
    expect(result.kind === 'events' && result.events[0]).to.deep.include({ a: 1, b: { c: null } });
  });
});
