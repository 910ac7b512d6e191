import type { EventDescription } from '@sluice/core/sink';
import { describeSink, destinationDouble, someEvents } from '@sluice/testkit';
import type { Client } from 'pg';
import { aDatabase, aSink, ddlOf } from './a-table.js';
import { aFaultyWay, errorOfServer } from './faulty-way.js';

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
  });

  describeSink({
    name: 'PostgresSink',
    create: async () => {
      await client.query(`DROP TABLE IF EXISTS sluice_events; ${ddlOf(EVENTS, { url })}`);
      const { answer, faults } = destinationDouble<Buffer | undefined>({
        answer: () => undefined,
        refusal: (quote) => errorOfServer('28000', `no entry for ${quote}`),
      });
      let changed: Promise<unknown> = Promise.resolve();
      const onInsert = (uuid: string, statement: string): void => {
        changed = client.query(`
          CREATE OR REPLACE FUNCTION misbehave() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN IF NEW.uuid::text = '${uuid}' THEN ${statement}; END IF; RETURN NEW; END $$;
          CREATE TRIGGER misbehaving BEFORE INSERT ON sluice_events FOR EACH ROW EXECUTE FUNCTION misbehave()`);
      };
      const way = await aFaultyWay(url, async (sent) => {
        await changed;
        return answer([], sent);
      });
      return {
        // A statement that hangs holds back `close` for both.
        sink: aSink(EVENTS, { url: way.url, statementTimeoutSeconds: 2, connectTimeoutSeconds: 2 }),
        events: (count) => someEvents(count, { set: undefined, groups: { company: 'acme' } }),
        receivedUuids: async () => {
          const { rows } = await client.query<{ uuid: string }>('SELECT uuid FROM sluice_events');
          return rows.map(({ uuid }) => uuid);
        },
        secrets: [new URL(url).password],
        destination: {
          ...faults,
          refuse: (uuid) => onInsert(uuid, `RAISE 'no %', NEW.uuid`),
          forget: (uuid) => onInsert(uuid, 'RETURN NULL'),
        },
        dispose: () => way.close(),
      };
    },
  });
});
