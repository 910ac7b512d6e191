import { describeSource } from '@sluice/testkit';
import { streamSchemas } from '@sluice/core/source';
import { postgresStreams } from '#src/described.js';
import { aDatabase, aSource, openTransactions, type TestDatabase } from './a-database.js';

const IDS = ['first', 'second', 'third', 'fourth', 'fifth'];
const START = Date.UTC(2026, 0, 10);
const HOUR_MS = 3_600_000;

/** Each time is stored in another way, and the key has two columns. */
const STREAMS = {
  item: {
    table: 'items',
    key: ['id', 'part'],
    created: 'created_at',
    updated: 'updated_at',
    event: 'happened_at',
    fields: {
      id: { type: 'text' },
      part: { type: 'number' },
      tags: { type: 'text[]' },
      details: { type: 'json' },
      amount: { type: 'number', unit: 'usd' },
      created_at: { type: 'timestamp', stored: 'timestamp', zone: 'America/New_York' },
      updated_at: { type: 'timestamp', stored: 'epoch-ms' },
      happened_at: { type: 'timestamp' },
    },
  },
};

let shared: TestDatabase | undefined;

describeSource({
  name: 'postgres',
  changes: true,
  create: async () => {
    shared ??= await aDatabase();
    const { client, url } = shared;
    await client.query(`
      CREATE TABLE IF NOT EXISTS items (id text, part int, tags text[], details jsonb, amount numeric,
        created_at timestamp NOT NULL, updated_at bigint, happened_at timestamptz NOT NULL);
      TRUNCATE items`);
    await client.query(
      `INSERT INTO items SELECT id, 1, '{a,b}', '{"a": [1, 2.50]}', 0.1,
         to_timestamp(at / 1000) AT TIME ZONE 'America/New_York', at, to_timestamp(at / 1000)
       FROM unnest($1::text[], $2::float8[]) AS given (id, at)`,
      // The last three have one time: a page of two ends between them.
      [IDS, IDS.map((_, index) => START + Math.min(index, 2) * HOUR_MS)],
    );
    const [schema] = streamSchemas(postgresStreams.parse(STREAMS));
    if (schema === undefined) throw new Error('no stream');
    return {
      source: aSource(url, STREAMS, { pageSize: 2 }),
      schema,
      from: START,
      until: START + 24 * HOUR_MS,
      keys: IDS.map((id) => `["${id}", "1"]`),
      change: async (key, at) => {
        await client.query('UPDATE items SET updated_at = $1 WHERE id = $2', [at, IDS.find((id) => key.includes(id))]);
      },
      openReads: () => openTransactions(client),
      dispose: () => Promise.resolve(),
    };
  },
});
