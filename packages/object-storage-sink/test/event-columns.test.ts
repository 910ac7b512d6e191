import type { EventDescription, ValueDescription } from '@sluice/core/sink';
import { eventColumns } from '#src/event-columns.js';
import { eventRows } from '#src/event-rows.js';
import { aUuid } from '@sluice/testkit';
import { expect } from 'chai';

type Types = Readonly<Record<string, ValueDescription['type']>>;

function described(types: Types): Readonly<Record<string, ValueDescription>> {
  return Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type, nullable: true }]));
}

function anEventOf(fields: Types, properties: Types = {}, set: Types = {}): EventDescription {
  return {
    event: 'e',
    fields: { ...described(fields), properties: { names: described(properties) }, set: { names: described(set) } },
  };
}

function namesOf(...events: readonly EventDescription[]): readonly string[] {
  return eventColumns(events).map(({ name, type }) => `${name} ${type}`);
}

describe('the columns of events', () => {
  it('are the fields, then the properties, in the order of the mapping', () => {
    const first = anEventOf({ uuid: 'text', time: 'timestamp' }, { b: 'text', a: 'number' });
    const second = anEventOf({ uuid: 'text', user: 'text' }, { c: 'json', a: 'number' });
    expect(namesOf(first, second)).to.deep.equal(['time timestamp', 'user text', 'b text', 'a number', 'c json']);
  });

  it('have the name of a map in front, except properties', () => {
    expect(namesOf(anEventOf({}, { plan: 'text' }, { plan: 'text', age: 'number' }))).to.deep.equal([
      'plan text',
      'set_plan text',
      'set_age number',
    ]);
  });

  it('are JSON where two kinds of events differ, and missing where all are null', () => {
    const events = [
      anEventOf({}, { a: 'text', b: 'null', c: 'null' }),
      anEventOf({}, { a: 'boolean', b: 'number', c: 'null' }),
    ];
    expect(namesOf(...events)).to.deep.equal(['a json', 'b number']);
  });

  it('have names that query engines take without quotes and tell apart', () => {
    const properties = {
      time: 'number',
      TIME: 'text',
      $ai_model: 'text',
      'a b': 'text',
      'a.b': 'text',
      '1st': 'text',
      uuid: 'text',
    };
    expect(
      namesOf(anEventOf({ time: 'timestamp', dt: 'text' }, { ...properties, Größe: 'number' } as Types)),
    ).to.deep.equal([
      'time timestamp',
      'dt_2 text',
      'properties_time number',
      'properties_TIME_2 text',
      'ai_model text',
      'a_b text',
      'properties_a_b text',
      '_1st text',
      'properties_uuid text',
      'Größe number',
    ]);
  });

  it('leave what they cannot hold to `extra`, in the shape of the event', () => {
    const columns = eventColumns([
      anEventOf({ time: 'timestamp' }, { price: 'number', at: 'timestamp', tags: 'text[]' }),
    ]);
    const odd = {
      event: 'e',
      uuid: aUuid(1),
      time: '2026-01-01T00:00:00.000Z',
      later: { x: 1 },
      properties: { price: 'much', at: '5', tags: ['a', null], ['__proto__']: 1, unknown: [true], nothing: null },
      set: {},
    };
    const { columns: cells, extra } = eventRows(columns)([odd]);
    expect(cells).to.deep.equal([[BigInt(Date.UTC(2026, 0, 1))], [null], [null], [null]]);
    expect(JSON.stringify(extra)).to.equal(
      '[{"later":{"x":1},"properties":{"price":"much","at":"5","tags":["a",null],"__proto__":1,"unknown":[true]}}]',
    );
  });
});
