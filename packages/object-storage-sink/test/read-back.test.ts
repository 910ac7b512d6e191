import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonValue } from '@sluice/core/adapter';
import type { MappedEvent } from '@sluice/core/sink';
import { expect } from 'chai';
import { aSink, NOON, send } from './a-sink.js';
import { Duck } from './duck.js';
import { publishedStatement } from './published-view.js';
import { somePurchases } from './some-purchases.js';

const EVENTS = somePurchases(2_400);

function property(event: MappedEvent, name: string): JsonValue {
  const { properties } = event;
  const value = typeof properties === 'object' && properties !== null ? Object.entries(properties) : [];
  return value.find(([key]) => key === name)?.[1] ?? null;
}

/** Thousands of texts are compared at once where as many objects take seconds. */
function texts(values: readonly unknown[]): readonly string[] {
  return values.map((value) => JSON.stringify(value));
}

describe('files, read back by DuckDB', () => {
  let directory: string;
  let duck: Duck;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sluice-files-'));
    duck = await Duck.open();
    for (const format of ['parquet', 'ndjson']) {
      const sink = aSink({ path: directory, prefix: format, format });
      await sink.open();
      await send(sink, EVENTS.slice(0, 1_500));
      await send(sink, EVENTS.slice(1_500));
    }
    await duck.rows(
      publishedStatement('DuckDB, Parquet', join(directory, 'parquet')).replace('view events', 'view parquet'),
    );
    await duck.rows(
      publishedStatement('DuckDB, NDJSON', join(directory, 'ndjson')).replace('view events', 'view ndjson'),
    );
  });

  after(async () => {
    duck.close();
    await rm(directory, { recursive: true });
  });

  it('have the right types', async () => {
    const columns = await duck.rows("select column_name, data_type from duckdb_columns() where table_name = 'parquet'");
    expect(columns.map(({ column_name, data_type }) => `${String(column_name)} ${String(data_type)}`)).to.deep.equal([
      'event VARCHAR',
      'uuid VARCHAR',
      'time TIMESTAMP WITH TIME ZONE',
      'user VARCHAR',
      'price DOUBLE',
      'note VARCHAR',
      'paid BOOLEAN',
      'due TIMESTAMP WITH TIME ZONE',
      'tags VARCHAR[]',
      'cart JSON',
      'reference JSON',
      'groups_company VARCHAR',
      'extra JSON',
      'exported_at TIMESTAMP WITH TIME ZONE',
      'dt DATE',
    ]);
  });

  for (const format of ['parquet', 'ndjson'] as const) {
    const price = format === 'parquet' ? 'price' : "(properties->>'price')::double";

    it(`have every event once, with its day (${format})`, async () => {
      const rows = await duck.rows(
        `select event, dt::varchar as dt, count(*)::int as events from ${format} group by all order by all`,
      );
      const counts = new Map<string, number>();
      for (const { event, time } of EVENTS) {
        const id = JSON.stringify([event, String(time).slice(0, 10)]);
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      expect(rows.map(({ event, dt, events }) => [JSON.stringify([event, dt]), events])).to.have.deep.members([
        ...counts,
      ]);
    });

    it(`have the same sums and times (${format})`, async () => {
      const small = EVENTS.flatMap((event) => property(event, 'price')).filter(
        (value) => typeof value === 'number' && Math.abs(value) < 1e6,
      );
      const [found] = await duck.rows(
        `select count(*)::int as n, sum(${price}) as total, epoch_ms(min(time))::double as first,
           epoch_ms(max(time))::double as last, epoch_ms(max(exported_at))::double as exported
         from ${format} where abs(${price}) < 1e6`,
      );
      const times = EVENTS.filter(
        (event) => small.length > 0 && Math.abs(Number(property(event, 'price') ?? 1e9)) < 1e6,
      ).map(({ time }) => Date.parse(String(time)));
      const total = small.reduce<number>((sum, value) => sum + Number(value), 0);
      expect(found).to.include({
        n: small.length,
        first: Math.min(...times),
        last: Math.max(...times),
        exported: NOON + 1,
      });
      expect(found?.['total']).to.be.closeTo(total, Math.abs(total) * 1e-12);
    });
  }

  it('have every value as it was (parquet)', async () => {
    const rows = await duck.rows(
      `select event, uuid, "user", price, note, paid, epoch_ms(due)::double as due, tags, cart::varchar as cart,
         reference::varchar as reference, groups_company, extra from parquet order by uuid`,
    );
    const expected = EVENTS.toSorted((one, other) => (one.uuid < other.uuid ? -1 : 1)).map((event) => {
      const json = (value: JsonValue) => (value === null ? null : JSON.stringify(value));
      const due = property(event, 'due');
      return {
        event: event.event,
        uuid: event.uuid,
        user: event['user'],
        price: property(event, 'price'),
        note: property(event, 'note'),
        paid: property(event, 'paid'),
        due: due === null ? null : Date.parse(String(due)),
        tags: property(event, 'tags'),
        cart: json(property(event, 'cart')),
        reference: json(property(event, 'reference')),
        groups_company: event.event === 'purchase' ? (Object(event['groups']).company ?? null) : null,
        extra: null,
      };
    });
    expect(texts(rows)).to.deep.equal(texts(expected));
  });

  it('have every property as it was (ndjson)', async () => {
    const rows = await duck.rows('select uuid, properties::varchar as properties from ndjson order by uuid');
    const expected = EVENTS.toSorted((one, other) => (one.uuid < other.uuid ? -1 : 1));
    // DuckDB writes some numbers with other digits.
    const found = rows.map(({ properties }): JsonValue => JSON.parse(String(properties)));
    expect(texts(found)).to.deep.equal(texts(expected.map(({ properties }) => properties)));
  });

  it('have as many rows as their manifests say', async () => {
    expect(
      await duck.rows(publishedStatement('Compare the files with their manifests', join(directory, 'parquet'))),
    ).to.deep.equal([]);
    const [total] = await duck.rows(
      `select sum(events)::int as events from read_json('${directory}/parquet/_manifest/dt=*/*.json')`,
    );
    expect(total).to.deep.equal({ events: EVENTS.length });
  });
});
