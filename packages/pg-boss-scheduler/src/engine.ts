import type { AdapterContext } from '@sluice/core/adapter';
import { postgresFailure } from '@sluice/postgres';
import type PgBoss from 'pg-boss';
import type { PgBossSchedulerConfig } from './config.js';
import { EngineDatabase } from './engine-database.js';
import { TickQueue } from './tick-queue.js';

/** How often, in seconds, some process clears away what is done. */
const MAINTENANCE_SECONDS = 600;
const ARCHIVE_AFTER_SECONDS = 3600;

/** A table or its schema does not exist. */
const IS_GONE = new Set(['42P01', '3F000']);

/** pg-boss on its database. It starts with the first call that needs it, and again after a failure to start or when its tables are gone. */
export class Engine {
  readonly database: EngineDatabase;
  readonly #config: PgBossSchedulerConfig;
  readonly #logger: AdapterContext['logger'];
  #boss: PgBoss | undefined;
  #queue: TickQueue | undefined;

  constructor(
    config: PgBossSchedulerConfig,
    { logger, baseDirectory }: Pick<AdapterContext, 'logger' | 'baseDirectory'>,
  ) {
    this.#config = config;
    this.#logger = logger;
    this.database = new EngineDatabase(config, baseDirectory);
  }

  /** Creates the tables of pg-boss where there are none. */
  async queue(): Promise<TickQueue> {
    const { schema } = this.#config;
    if (this.#queue === undefined) {
      await this.#boss?.stop({ graceful: false });
      // Loaded here: what never starts, such as lint, does not wait for it.
      const { default: Boss } = await import('pg-boss');
      const boss = new Boss({
        db: this.database,
        schema,
        // Sluice sends the jobs of scheduled times itself: pg-boss knows cron to the minute and no intervals, and leaves out
        // what was due while no process ran.
        schedule: false,
        maintenanceIntervalSeconds: MAINTENANCE_SECONDS,
        archiveCompletedAfterSeconds: ARCHIVE_AFTER_SECONDS,
        deleteAfterDays: 1,
      });
      boss.on('error', (error) => this.#logger.debug({ error: error.message }, 'pg-boss could not delete old jobs'));
      await boss.start();
      this.#boss = boss;
      const queue = new TickQueue(boss, this.database, schema);
      await queue.create();
      this.#queue = queue;
    }
    return this.#queue;
  }

  /** Makes pg-boss start again with the next call if its tables are gone, as after the database was put back without them. */
  afterFailure(error: unknown): void {
    if (IS_GONE.has(postgresFailure(error)?.code ?? '')) this.#queue = undefined;
  }

  async close(): Promise<void> {
    await this.#boss?.stop({ graceful: false });
    this.#boss = undefined;
    this.#queue = undefined;
    await this.database.close();
  }
}
