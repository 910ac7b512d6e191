import { describeSharedState, describeStateStore } from '@sluice/testkit';
import type { Client } from 'pg';
import { anEmptyDatabase, aStore } from './state-database.js';

describe('the state in Postgres', () => {
  let url: string;
  let client: Client;
  before(async () => {
    ({ url, client } = await anEmptyDatabase());
  });

  const clear = async () => {
    await client.query('TRUNCATE sluice.pipelines CASCADE').catch(() => undefined);
  };

  describeStateStore({
    name: 'PostgresStateStore',
    create: async () => ({
      store: aStore(url),
      reopen: async () => aStore(url),
      dispose: clear,
    }),
    expireLease: async (pipeline) => {
      await client.query(`UPDATE sluice.pipelines SET held_until = now() - interval '1 second' WHERE name = $1`, [
        pipeline,
      ]);
    },
  });

  const aSharedStore = () => aStore(url, { lease: 'window' });
  describeSharedState({
    name: 'PostgresStateStore',
    create: async () => ({ store: aSharedStore(), reopen: async () => aSharedStore(), dispose: clear }),
    expireWorker: async (_, worker) => {
      await client.query(`UPDATE sluice.workers SET until = now() - interval '1 second' WHERE worker = $1`, [worker]);
    },
  });
});
