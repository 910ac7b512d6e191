import { systemRuntime } from '@sluice/core/engine';
import type { Runtime } from '@sluice/core/adapter';
import { createSharedDatabase } from '@sluice/embedded-postgres';
import { recordingLogger, type RecordingLogger } from '@sluice/testkit';
import { Client } from 'pg';
import { pgBossSchedulerConfig } from '#src/config.js';
import { PgBossScheduler } from '#src/pg-boss-scheduler.js';

/** Before those of Postgres in the search path: every `now()` of pg-boss and of the scheduler is one of these. */
const CLOCK = `
  CREATE SCHEMA clock;
  CREATE TABLE clock.ahead AS SELECT interval '0' AS by;
  CREATE FUNCTION clock.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS 'SELECT pg_catalog.now() + by FROM clock.ahead';
  CREATE FUNCTION clock.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + by FROM clock.ahead'`;

/** Processes that share a database whose clock a test moves, and that look at it without waiting. */
export interface SharedClock {
  readonly url: string;
  readonly client: Client;
  process(): PgBossScheduler;
  advance(ms: number): Promise<void>;
  /** Every process that lives has looked at the database twice, and those that do not look no more. */
  settle(): Promise<void>;
  kill(scheduler: unknown): void;
  readonly logger: RecordingLogger;
}

export async function aSharedClock(): Promise<SharedClock> {
  const url = await createSharedDatabase('scheduler');
  const client = new Client(url);
  client.on('error', () => {});
  await client.connect();
  await client.query(CLOCK);
  await client.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET search_path = clock, pg_catalog, public`);
  const looks = new Map<unknown, number>();
  const dead = new Set<unknown>();
  const logger = recordingLogger();
  return {
    url,
    client,
    logger,
    process: () => {
      const runtime: Runtime = {
        ...systemRuntime,
        sleep: async (_, signal) => {
          looks.set(scheduler, (looks.get(scheduler) ?? 0) + 1);
          if (dead.has(scheduler)) {
            looks.set(scheduler, Number.POSITIVE_INFINITY);
            await new Promise<void>((resolve) => {
              if (signal?.aborted === true) resolve();
              signal?.addEventListener('abort', () => resolve());
            });
          } else await systemRuntime.sleep(5, signal);
        },
      };
      const config = pgBossSchedulerConfig.parse({ url });
      const scheduler = new PgBossScheduler(config, { logger, runtime, baseDirectory: '.' });
      looks.set(scheduler, 0);
      return scheduler;
    },
    advance: async (ms) => {
      await client.query(`UPDATE clock.ahead SET by = by + $1 * interval '1 ms'`, [ms]);
    },
    settle: async () => {
      const seen = new Map(looks);
      const isLooking = () => [...seen].some(([each, count]) => (looks.get(each) ?? 0) < count + 3);
      while (isLooking()) await systemRuntime.sleep(5);
    },
    kill: (scheduler) => dead.add(scheduler),
  };
}
