import { expect } from 'chai';
import fc from 'fast-check';
import type { JsonObject } from '@sluice/core/adapter';
import { aMapping, loadFiles, mapRecord } from './load-text.js';

function propertiesOf(lines: string, record: JsonObject = {}, event = ''): unknown {
  const text = aMapping(lines).replace('    from: trace', `    from: trace${event}`);
  const result = mapRecord(loadFiles({ 'main.yaml': text }), { id: 't', timestamp: 0, ...record });
  if (result.kind !== 'events') throw new Error(JSON.stringify(result));
  return result.events[0]?.['properties'];
}

interface Sent {
  readonly properties: { readonly x: string | null };
}

describe('a value', () => {
  const table = 'x: { value: name, enum: { DEBUG: 0, ERROR: 2 } }';

  it('is looked up in an enum, and is null without an entry', () => {
    expect(propertiesOf(table, { name: 'ERROR' })).to.include({ x: 2 });
    expect(propertiesOf(table, { name: 'constructor' })).to.include({ x: null });
    expect(propertiesOf(table)).to.include({ x: null });
  });

  it('uses the `else` of an enum for everything without an entry, including null', () => {
    const withElse = 'x: { value: name, enum: { DEBUG: debug }, else: name ?? session_id ?? id }';
    expect(propertiesOf(withElse, { name: 'DEBUG' })).to.include({ x: 'debug' });
    expect(propertiesOf(withElse, { name: 'other' })).to.include({ x: 'other' });
    expect(propertiesOf(withElse)).to.include({ x: 't' });
  });

  it('is looked up by a number, a boolean or the text in a JSON column', () => {
    expect(propertiesOf('x: { value: observation_count, enum: { 1: one } }', { observation_count: 1 })).to.include({
      x: 'one',
    });
    expect(propertiesOf('x: { value: public, enum: { true: open, false: closed } }', { public: false })).to.include({
      x: 'closed',
    });
    const json = 'x: { value: trace.metadata.tier, enum: { gold: 1 }, unit: usd }';
    expect(propertiesOf(json, { 'trace.metadata/tier': 'gold' })).to.include({ x: 1 });
    expect(propertiesOf(json, { 'trace.metadata/tier': ['gold'] })).to.include({ x: null });
  });

  it('is left out if it is null and `omitNull` is set on it or its event', () => {
    expect(propertiesOf('x: { value: name, omitNull: true }\ny: name')).to.have.all.keys('u', 'm', 'y');
    expect(propertiesOf('x: { value: name, omitNull: false }\ny: name', {}, '\n    omitNull: true')).to.deep.equal({
      x: null,
    });
    expect(propertiesOf('x: name\ny: id', { name: 'n' }, '\n    omitNull: true')).to.deep.equal({ x: 'n', y: 't' });
  });

  it('formats any timestamp as `Date` does', () => {
    const mapper = loadFiles({ 'main.yaml': aMapping('x: updated_at') }).mapper?.streams[0];
    const position = mapper?.fields.findIndex(({ field }) => field === 'updated_at') ?? -1;
    fc.assert(
      fc.property(fc.oneof(fc.date({ noInvalidDate: true }).map(Number), fc.double(), fc.integer()), (instant) => {
        const row = mapper?.fields.map(({ field }, at) => (at === position ? instant : field === 'id' ? 't' : 0)) ?? [];
        const result = mapper?.map(row);
        const said = result?.kind === 'events' ? (result.events[0] as unknown as Sent).properties.x : undefined;
        const isDate = !Number.isNaN(new Date(instant).valueOf());
        expect(said).to.equal(isDate ? new Date(instant).toISOString() : null);
      }),
    );
  });
});
