import { describeStateStore } from '@sluice/testkit';
import type { Client } from 'pg';
import { anEmptyDatabase, aStore } from './state-database.js';

describe('the state in Postgres', () => {
  let url: string;
  let client: Client;
  before(async () => {
    ({ url, client } = await anEmptyDatabase());
  });

  describeStateStore({
    name: 'PostgresStateStore',
    create: async () => ({
      store: aStore(url),
      reopen: async () => aStore(url),
      dispose: async () => {
        await client.query('TRUNCATE sluice.pipelines CASCADE').catch(() => undefined);
      },
    }),
    expireLease: async (pipeline) => {
      await client.query(`UPDATE sluice.pipelines SET held_until = now() - interval '1 second' WHERE name = $1`, [
        pipeline,
      ]);
    },
  });
});
