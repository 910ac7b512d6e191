import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import pg from 'pg';
import { watchDatabase } from '../throughput/measure/database-figures.mjs';
import { clockSql } from './clock.mjs';
import { writePipelines } from './pipelines.mjs';
import { startReceiver } from './receiver.mjs';

/** A row of each tenant in each quarter of an hour. */
const ROW_EVERY_MS = 900_000;

/** Each job of pg-boss says when the tick before it began. A job that is replaced can be deleted. */
const TICKS = `
  CREATE TABLE ticks AS SELECT singleton_key AS pipeline, (data->>'served')::float8 AS begun
    FROM sluice_scheduler.job WHERE name = 'sluice' AND data ? 'served';
  CREATE FUNCTION record_tick() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.name = 'sluice' THEN
      INSERT INTO public.ticks VALUES (NEW.singleton_key, (NEW.data->>'served')::float8);
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER ticks AFTER INSERT ON sluice_scheduler.job FOR EACH ROW EXECUTE FUNCTION record_tick()`;

/** A database for source, state and scheduler, a receiver, and the files of the pipelines. */
export async function openWorld({ count, aheadMs, from, until }) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-day-'));
  const receiver = await startReceiver();
  const server = await startEmbeddedPostgres({ serverUrl: '', settings: { max_connections: '200', timezone: 'UTC' } });
  const url = `${server.url}&options=-c%20search_path=clock,pg_catalog,public`;
  const { files, pipelines } = writePipelines(folder, count);
  let database = await connect(server.url);
  await database.query(clockSql(aheadMs));
  await database.query('CREATE TABLE visits (tenant text, id text, at timestamptz, PRIMARY KEY (id))');
  await database.query('CREATE INDEX ON visits (tenant, at, id)');
  await database.query(
    `INSERT INTO visits SELECT tenant, tenant || '/' || row, to_timestamp(($2::float8 + row * $3::float8) / 1000)
       + (hashtext(tenant || row) & 65535) / 65536.0 * $3 * interval '1 ms'
     FROM unnest($1::text[]) AS tenant, generate_series(0, $4::int - 1) AS row`,
    [pipelines.map(({ tenant }) => tenant), from, ROW_EVERY_MS, Math.ceil((until - from) / ROW_EVERY_MS)],
  );
  await database.query('ANALYZE visits');
  let watched = await watchDatabase(server.url);
  // Of servers that were restarted.
  let spentMs = 0;
  return {
    files,
    pipelines,
    receiver,
    environment: { ...process.env, DAY_DATABASE_URL: url, DAY_RECEIVER_URL: receiver.url },
    query: async (text, values) => (await database.query(text, values)).rows,
    setClock: (next) => database.query(clockSql(next)),
    recordTicks: () => database.query(TICKS),
    databaseCpuMs: async () => spentMs + (await watched.figures(server.url)).cpuMs,
    restartDatabase: async () => {
      spentMs += (await watched.figures(server.url)).cpuMs;
      // Nobody would hear that it was cut.
      await watched.close();
      await server.restart();
      database = await connect(server.url);
      watched = await watchDatabase(server.url);
    },
    close: async () => {
      await database.end();
      await watched.close().catch(() => undefined);
      await server.stop();
      await receiver.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

async function connect(url) {
  const client = new pg.Client(url);
  // It ends with the server.
  client.on('error', () => {});
  await client.connect();
  return client;
}
