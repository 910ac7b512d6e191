import { hostname } from 'node:os';
import type { AdapterContext, CheckResult } from '@sluice/core/adapter';
import {
  inUseError,
  openStateWriter,
  type LeasedState,
  type NeighbouringState,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core/state';
import type { Database } from '@sluice/postgres';
import { checkDatabase } from './check-database.js';
import type { PostgresStateConfig } from './config.js';
import { stateDatabase } from './database.js';
import { LeaseClock, momentOf } from './lease-clock.js';
import { leasedRow } from './leased-row.js';
import { migrateIn } from './migrate.js';
import { neighbouringRows } from './neighbouring-rows.js';
import { translateError } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { readLease, takeLease } from './stored-lease.js';

type PostgresStateContext = Pick<AdapterContext, 'logger' | 'runtime'> & Partial<Pick<AdapterContext, 'baseDirectory'>>;

/** The state of pipelines in the tables of one schema, for many workers on many machines. */
export class PostgresStateStore implements StateStore {
  readonly #config: PostgresStateConfig;
  readonly #context: PostgresStateContext;

  constructor(config: PostgresStateConfig, context: PostgresStateContext) {
    this.#config = config;
    this.#context = context;
  }

  reader(pipeline: string): StateReader {
    const { schema } = this.#config;
    return postgresStateReader({ schema, pipeline }, (work) => this.#withDatabase(work));
  }

  async check(pipeline: string): Promise<readonly CheckResult[]> {
    return this.#withDatabase((database) => checkDatabase(database, this.#config.schema, this.reader(pipeline)));
  }

  async neighbours(pipeline: string): Promise<readonly NeighbouringState[]> {
    const { schema } = this.#config;
    return this.#withDatabase((database) => database.read((query) => neighbouringRows(query, schema, pipeline)));
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const database = stateDatabase(this.#config, this.#context.baseDirectory);
    try {
      await database.write((query, transaction) => migrateIn(query, transaction, this.#config.schema));
      return await openStateWriter(await this.#take(database, pipeline));
    } catch (error) {
      await database.close();
      throw translateError(error, 'open', database.place);
    }
  }

  async #take(database: Database, pipeline: string): Promise<LeasedState> {
    const { schema, leaseSeconds } = this.#config;
    const { runtime, logger } = this.#context;
    const asked = momentOf(runtime);
    const token = await database.write(async (query) => {
      const row = { schema, pipeline };
      const taken = await takeLease(query, row, leaseSeconds, { pid: process.pid, host: hostname() });
      if (taken !== undefined) return taken;
      const held = await readLease(query, row);
      const until = held && `, until ${new Date(held.until).toISOString()} unless it renews the lease`;
      throw inUseError(`the state of pipeline "${pipeline}" in ${database.place}`, held?.holder, until);
    });
    const row = { schema, pipeline, leaseSeconds, token };
    return leasedRow({ row, clock: new LeaseClock(runtime, leaseSeconds * 1000, asked), database, runtime, logger });
  }

  async #withDatabase<T>(work: (database: Database) => Promise<T>): Promise<T> {
    const database = stateDatabase(this.#config, this.#context.baseDirectory);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }
}
