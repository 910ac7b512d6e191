import type { EventDescription } from '@sluice/core/sink';
import { describeSink, someEvents } from '@sluice/testkit';
import type { Client } from 'pg';
import { aDatabase, aSink, ddlOf } from './a-table.js';

const EVENTS: readonly EventDescription[] = [
  {
    event: 'trace finished',
    fields: {
      uuid: { type: 'text', nullable: false },
      distinct_id: { type: 'text', nullable: false },
      timestamp: { type: 'timestamp', nullable: false },
      anonymous: { type: 'boolean', nullable: true },
      groups: { names: { company: { type: 'text', nullable: false } } },
      properties: { names: { trace_id: { type: 'text', nullable: false } } },
    },
  },
];

describe('a table in Postgres', () => {
  let url: string;
  let client: Client;
  before(async () => {
    ({ url, client } = await aDatabase());
    await client.query(ddlOf(EVENTS, { url }));
  });

  describeSink({
    name: 'PostgresSink',
    create: async () => ({
      sink: aSink(EVENTS, { url }),
      events: (count) => someEvents(count, { set: undefined, groups: { company: 'acme' } }),
      receivedUuids: async () => {
        const { rows } = await client.query<{ uuid: string }>('SELECT uuid FROM sluice_events');
        return rows.map(({ uuid }) => uuid);
      },
      dispose: async () => {
        await client.query('TRUNCATE sluice_events');
      },
    }),
  });
});
