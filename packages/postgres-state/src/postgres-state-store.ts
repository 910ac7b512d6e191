import { hostname } from 'node:os';
import type { AdapterContext, CheckResult } from '@sluice/core/adapter';
import {
  inUseError,
  openSharedWriter,
  openStateWriter,
  type LeaseHolder,
  type LeasedState,
  type NeighbouringState,
  type SharedState,
  type SharedStateWriter,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core/state';
import { connectionSettings, type Database, type Query } from '@sluice/postgres';
import { checkDatabase } from './check-database.js';
import type { PostgresStateConfig } from './config.js';
import { stateDatabase } from './database.js';
import { LeaseClock, momentOf } from './lease-clock.js';
import { leasedRow } from './leased-row.js';
import { migrateIn } from './migrate.js';
import { neighbouringRows } from './neighbouring-rows.js';
import { translateError } from './postgres-error.js';
import { ReadingDatabases } from './reading-databases.js';
import { postgresStateReader, readStored } from './postgres-state-reader.js';
import { sharedRow } from './shared-row.js';
import type { PipelineRow } from './stored-lease.js';
import { joinWorkers, readHolders, takeWhole } from './stored-workers.js';

/** For a process whose pipeline file says something else than those of the workers. */
const OR_SHARE_IT = ', or write `lease: window` in the `state` of this pipeline file, as it is in theirs';

type PostgresStateContext = Pick<AdapterContext, 'logger' | 'runtime'> & Partial<Pick<AdapterContext, 'baseDirectory'>>;

type AskForLease<T> = (
  query: Query,
  row: PipelineRow,
  leaseSeconds: number,
  process: Pick<LeaseHolder, 'pid' | 'host'>,
) => Promise<T | undefined>;

/** The state of pipelines in the tables of one schema, for many workers on many machines. */
export class PostgresStateStore implements StateStore {
  readonly #config: PostgresStateConfig;
  readonly #context: PostgresStateContext;
  readonly #reading: ReadingDatabases;
  /** Absent unless workers share a pipeline window by window. */
  readonly join?: (pipeline: string) => Promise<SharedStateWriter>;

  /** `reading`: that of the process. */
  constructor(config: PostgresStateConfig, context: PostgresStateContext, reading = new ReadingDatabases()) {
    this.#config = config;
    this.#context = context;
    this.#reading = reading;
    if (config.lease === 'window') {
      this.join = (pipeline) => this.#open(async (database) => openSharedWriter(await this.#enter(database, pipeline)));
    }
  }

  place(pipeline: string): string {
    const { url, schema } = this.#config;
    const { place } = connectionSettings(url, this.#context.baseDirectory);
    return `the rows of "${pipeline}" in the tables of schema ${schema} of ${place}`;
  }

  reader(pipeline: string): StateReader {
    const { schema } = this.#config;
    return postgresStateReader({ schema, pipeline }, (work) => this.#withReading(work));
  }

  async check(pipeline: string): Promise<readonly CheckResult[]> {
    return this.#withReading((database) => checkDatabase(database, this.#config.schema, this.reader(pipeline)));
  }

  async neighbours(pipeline: string): Promise<readonly NeighbouringState[]> {
    const { schema } = this.#config;
    return this.#withReading((database) =>
      readStored(database, (query) => neighbouringRows(query, schema, pipeline), []),
    );
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    return this.#open(async (database) => openStateWriter(await this.#take(database, pipeline)));
  }

  /** The database stays open when `work` succeeds. */
  async #open<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = stateDatabase(this.#config, this.#context.baseDirectory);
    try {
      await database.write((query, transaction) => migrateIn(query, transaction, this.#config.schema));
      return await work(database);
    } catch (error) {
      await database.close();
      throw translateError(error, 'open', database.place);
    }
  }

  async #take(database: Database, pipeline: string): Promise<LeasedState> {
    const { granted, ...leased } = await this.#lease(database, pipeline, takeWhole);
    return leasedRow({ ...leased, row: { ...leased.row, ...granted } });
  }

  async #enter(database: Database, pipeline: string): Promise<SharedState> {
    const { granted, ...leased } = await this.#lease(database, pipeline, joinWorkers);
    return sharedRow({ ...leased, row: { ...leased.row, ...granted } });
  }

  /** Asks for a lease. It counts from before the request. Throws an error that names the holder when there is one. */
  async #lease<T>(database: Database, pipeline: string, ask: AskForLease<T>) {
    const { schema, leaseSeconds, lease } = this.#config;
    const { runtime, logger } = this.#context;
    const asked = momentOf(runtime);
    const granted = await database.write(async (query) => {
      const row = { schema, pipeline };
      const taken = await ask(query, row, leaseSeconds, { pid: process.pid, host: hostname() });
      if (taken !== undefined) return taken;
      const held = await readHolders(query, row);
      throw inUseError(`the state of pipeline "${pipeline}" in ${database.place}`, held?.holder, {
        ...(held && { until: `, until ${new Date(held.until).toISOString()} unless it renews the lease` }),
        ...(lease === 'pipeline' && held?.holder.others !== undefined && { orElse: OR_SHARE_IT }),
      });
    });
    const row = { schema, pipeline, leaseSeconds };
    return { row, granted, clock: new LeaseClock(runtime, leaseSeconds * 1000, asked), database, runtime, logger };
  }

  async #withReading<T>(work: (database: Database) => Promise<T>): Promise<T> {
    return this.#reading.use(this.#config, this.#context.baseDirectory, work);
  }
}
