import type { JsonValue } from '@sluice/core/adapter';
import { ExactNumber } from '@sluice/core/source';
import { expect } from 'chai';
import { aMapping, loadFiles, mapRecord } from './load-text.js';
import { takeMarks } from './marked-text.js';

/** A mapping with more lines in its event. */
function withLines(...lines: readonly string[]): string {
  const inserted = lines.map((line) => `    ${line}\n`).join('');
  return aMapping('x: name').replace('    properties:\n', `${inserted}    properties:\n`);
}

function problemsOf(text: string) {
  return loadFiles({ 'main.yaml': text }).problems;
}

function codesOf(text: string): readonly string[] {
  return problemsOf(text).map(({ code }) => code);
}

function groupsOf(expression: string, record: Readonly<Record<string, JsonValue>>): unknown {
  const loaded = loadFiles({ 'main.yaml': withLines(`groups: { company: ${expression} }`) });
  const result = mapRecord(loaded, { id: 't', timestamp: 0, ...record });
  return result.kind === 'events' ? result.events[0]?.['groups'] : result;
}

describe('a map of texts', () => {
  for (const [expression, record, text] of [
    ['name', { name: 'acme' }, 'acme'],
    ['{ const: 42 }', {}, '42'],
    ['{ const: true }', {}, 'true'],
    ['public', { public: false }, 'false'],
    ['latency', { latency: 0.25 }, '0.25'],
    ['trace.metadata.id', { 'trace.metadata/id': 'acme' }, 'acme'],
    ['trace.metadata.id', { 'trace.metadata/id': 42 }, '42'],
    [
      'trace.metadata.id',
      { 'trace.metadata/id': new ExactNumber('12345678901234567890') as unknown as JsonValue },
      '12345678901234567890',
    ],
  ] as const) {
    it(`has ${text} for ${expression}`, () => expect(groupsOf(expression, record)).to.deep.equal({ company: text }));
  }

  for (const value of [null, ['acme'], { id: 'acme' }]) {
    it(`is left out if its only value is ${JSON.stringify(value)}`, () => {
      expect(groupsOf('trace.metadata.id', { 'trace.metadata/id': value })).to.equal(undefined);
    });
  }

  it('has no place for a list', () => {
    expect(codesOf(withLines('groups: { company: tags }'))).to.deep.equal(['type-mismatch']);
  });
});

describe('what a sink says of an event as a whole', () => {
  it('is reported at the field', () => {
    const { text, place } = takeMarks(withLines('anonymous: true', '«groups»: { company: name }'));
    const [problem, ...others] = problemsOf(text);
    expect(others).to.deep.equal([]);
    expect(problem).to.include({ code: 'never-sent', ...place });
  });

  it('is reported at the event', () => {
    const { text, place } = takeMarks(aMapping('x: name').replace('event: e', 'event: «$groupidentify»'));
    expect(problemsOf(text)[0]).to.include({ code: 'refused-event', ...place });
  });

  it('goes by the default of a field that the mapping does not set', () => {
    expect(codesOf(withLines('groups: { company: name }'))).to.deep.equal([]);
    const nobodys = withLines('groups: { company: name }').replace(/^ *distinct_id: .*\n/mu, '');
    expect(codesOf(nobodys)).to.deep.equal(['never-sent']);
  });

  it('leaves alone what some records may have', () => {
    expect(codesOf(withLines('anonymous: public', 'groups: { company: name }'))).to.deep.equal([]);
  });
});

describe('a map with room for some names', () => {
  it('counts those of all events', () => {
    expect(codesOf(withLines('groups: { a: id, b: id, c: id, d: id, e: id }'))).to.deep.equal([]);
    expect(codesOf(withLines('groups: { a: id, b: id, c: id, d: id, e: id, f: id }'))).to.deep.equal([
      'too-many-names',
    ]);
  });
});
