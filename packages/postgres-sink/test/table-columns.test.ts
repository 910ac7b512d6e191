import type { ValueDescription } from '@sluice/core/sink';
import { expect } from 'chai';
import { ddlOf } from './a-table.js';
import { postgresSinkConfig } from '#src/config.js';
import { tableColumns } from '#src/table-columns.js';

const URL = 'postgres://sluice:secret@db.example.com/analytics';

function value(type: ValueDescription['type'], more: Partial<ValueDescription> = {}): ValueDescription {
  return { type, nullable: true, ...more };
}

/** The columns of events with these properties, without those that every table has. */
function columnsOf(...properties: Readonly<Record<string, ValueDescription>>[]): readonly string[] {
  const { all } = tableColumns(
    properties.map((names, index) => ({ event: `e${index}`, fields: { properties: { names } } })),
  );
  return all.slice(2, -1).map(({ name, type }) => `${name} ${type}`);
}

describe('the columns of a mapping', () => {
  it('have the types of its values', () => {
    const { all } = tableColumns([
      {
        event: 'e',
        fields: {
          uuid: value('text'),
          time: value('timestamp'),
          groups: { names: { company: value('text') } },
          properties: {
            names: {
              name: value('text'),
              latency: value('number', { unit: 's' }),
              cost: value('number', { unit: 'usd' }),
              isNew: value('boolean'),
              tags: value('text[]'),
              more: value('json'),
              never: value('null'),
            },
          },
        },
      },
    ]);
    expect(all.map(({ name, type }) => `${name} ${type}`)).to.deep.equal([
      'event text',
      'uuid uuid',
      'time timestamptz',
      'groups jsonb',
      'name text',
      'latency double precision',
      'cost numeric',
      'isNew boolean',
      'tags text[]',
      'more jsonb',
      'never text',
      'properties jsonb',
    ]);
  });

  it('are shared by the events', () => {
    expect(
      columnsOf({ a: value('text'), b: value('null') }, { b: value('boolean'), c: value('number') }),
    ).to.deep.equal(['a text', 'b boolean', 'c double precision']);
  });

  it('take any value where two events have different types', () => {
    expect(columnsOf({ a: value('text') }, { a: value('number') })).to.deep.equal(['a jsonb']);
  });

  it('do not collide with the fields, with what every table has, or with each other', () => {
    const { all, ofField, ofProperty } = tableColumns([
      {
        event: 'e',
        fields: {
          exported_at: value('timestamp'),
          timestamp: value('timestamp'),
          properties: {
            names: {
              property_timestamp: value('text'),
              timestamp: value('timestamp'),
              uuid: value('text'),
              xmin: value('number'),
              '': value('text'),
              'a\0b': value('text'),
            },
          },
        },
      },
    ]);
    expect(ofField.get('exported_at')).to.equal('field_exported_at');
    expect(ofProperty.get('property_timestamp')).to.equal('property_timestamp');
    expect(ofProperty.get('timestamp')).to.match(/^timestamp_[0-9a-f]{8}$/);
    expect(ofProperty.get('uuid')).to.equal('property_uuid');
    expect(ofProperty.get('xmin')).to.equal('property_xmin');
    expect(ofProperty.get('')).to.equal('property_');
    expect(ofProperty.get('a\0b')).to.match(/^a_b_[0-9a-f]{8}$/);
    expect(new Set(all.map(({ name }) => name)).size).to.equal(all.length);
  });

  it('have names that Postgres does not cut, different ones for different properties', () => {
    const { ofProperty } = tableColumns([
      {
        event: 'e',
        fields: {
          properties: { names: { [`${'ü'.repeat(40)}a`]: value('text'), [`${'ü'.repeat(40)}b`]: value('text') } },
        },
      },
    ]);
    const names = [...ofProperty.values()];
    expect(new Set(names).size).to.equal(2);
    for (const name of names) expect(Buffer.byteLength(name)).to.be.at.most(63);
  });

  it('keep their names when the mapping gets another property', () => {
    const before = columnsOf({ uuid: value('text'), a: value('text') });
    const after = columnsOf({ uuid: value('text'), a: value('text'), z: value('text') });
    expect(after.slice(0, before.length)).to.deep.equal(before);
  });
});

describe('the table that is printed', () => {
  const events = [
    {
      event: 'chat',
      fields: {
        time: value('timestamp', { doc: "when it's over" }),
        properties: { names: { cost: value('number', { unit: 'usd', doc: 'the cost' }) } },
      },
    },
  ];

  it('has the columns with what they mean, and the key by which a repeat is found', () => {
    expect(ddlOf(events, { url: URL, table: 'analytics."LLM events"' })).to.equal(
      `CREATE SCHEMA IF NOT EXISTS "analytics";
CREATE TABLE "analytics"."LLM events" (
  "event" text NOT NULL,
  "uuid" uuid NOT NULL,
  "time" timestamptz,
  "cost" numeric,
  "properties" jsonb,
  "exported_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("event", "uuid")
);
COMMENT ON COLUMN "analytics"."LLM events"."event" IS 'the name of the event';
COMMENT ON COLUMN "analytics"."LLM events"."uuid" IS 'with the name, what identifies the event';
COMMENT ON COLUMN "analytics"."LLM events"."time" IS 'when it''s over';
COMMENT ON COLUMN "analytics"."LLM events"."cost" IS 'the cost (usd)';
COMMENT ON COLUMN "analytics"."LLM events"."properties" IS 'values that have no column';`,
    );
  });

  it('is in the schema of the url, unless the option names one', () => {
    expect(ddlOf(events, { url: `${URL}?schema=lake` })).to.include('CREATE TABLE "lake"."sluice_events"');
    expect(ddlOf(events, { url: `${URL}?schema=lake`, table: 'a.b' })).to.include('CREATE TABLE "a"."b"');
    expect(ddlOf(events, { url: URL })).to.include('CREATE TABLE "sluice_events"');
  });
});

describe('the option table', () => {
  for (const table of ['Events', 'my-events', 'a.b.c', '', 'a."', '"a', 'x; DROP TABLE y', 'a'.repeat(64)]) {
    it(`refuses ${JSON.stringify(table)}`, () => {
      expect(postgresSinkConfig.safeParse({ url: URL, table }).success).to.equal(false);
    });
  }

  it('takes names as SQL writes them', () => {
    const nameOf = (table: string) => postgresSinkConfig.parse({ url: URL, table }).table;
    expect(nameOf('a.b')).to.deep.equal({ schema: 'a', table: 'b' });
    expect(nameOf('"A.1"."b ""c"""')).to.deep.equal({ schema: 'A.1', table: 'b "c"' });
    expect(nameOf(' _x$1 ')).to.deep.equal({ table: '_x$1' });
  });
});
