import { describeSource } from '@sluice/testkit';
import { aDatabase, aSource, type TestDatabase } from './a-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

const FIELDS = {
  id: { type: 'text' },
  part: { type: 'number' },
  tags: { type: 'text[]' },
  details: { type: 'json' },
  amount: { type: 'number', unit: 'usd' },
};

/** A table with every kind of field, once for each way to store times. */
const TABLES = [
  { stored: 'timestamptz', type: 'timestamptz', value: 'to_timestamp($1::float8 / 1000)', key: ['id'] },
  {
    stored: 'timestamp',
    type: 'timestamp',
    zone: 'America/New_York',
    value: "to_timestamp($1::float8 / 1000) AT TIME ZONE 'America/New_York'",
    key: ['id', 'part'],
  },
  { stored: 'epoch-ms', type: 'bigint', value: '$1::bigint', key: ['id'] },
] as const;

let shared: TestDatabase | undefined;

for (const { stored, type, value, key, ...rest } of TABLES) {
  const time = { type: 'timestamp', stored, ...('zone' in rest && { zone: rest.zone }) };
  const streams = {
    item: {
      table: `items_${type}`,
      key,
      created: 'created_at',
      updated: 'updated_at',
      event: 'happened_at',
      fields: { ...FIELDS, created_at: time, updated_at: { ...time, nullable: true }, happened_at: time },
    },
  };
  const keyOf = (id: string): string => (key.length === 1 ? id : `["${id}", "1"]`);
  describeSource({
    name: `postgres with times as ${stored}`,
    changes: true,
    create: async () => {
      shared ??= await aDatabase();
      const { client, url } = shared;
      const table = `items_${type}`;
      await client.query(`
        CREATE TABLE IF NOT EXISTS ${table} (id text, part int, tags text[], details jsonb, amount numeric,
          created_at ${type} NOT NULL, updated_at ${type}, happened_at ${type} NOT NULL);
        TRUNCATE ${table}`);
      for (const [index, id] of IDS.entries()) {
        await client.query(
          `INSERT INTO ${table} VALUES ($2, 1, '{a,b}', '{"a": [1, 2.50]}', 0.1, ${value}, ${value}, ${value})`,
          [START + index * HOUR_MS, id],
        );
      }
      const source = aSource(url, streams, { pageSize: 2 });
      const [schema] = (await import('@sluice/core/source')).streamSchemas(streams as never);
      if (schema === undefined) throw new Error('no stream');
      return {
        source,
        schema,
        from: START,
        until: START + 24 * HOUR_MS,
        keys: IDS.map(keyOf),
        change: async (changed, at) => {
          await client.query(`UPDATE ${table} SET updated_at = ${value} WHERE id = $2`, [
            at,
            IDS.find((id) => keyOf(id) === changed),
          ]);
        },
        dispose: async () => {},
      };
    },
  });
}
