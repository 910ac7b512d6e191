import { hostname } from 'node:os';
import {
  StateError,
  type AdapterContext,
  type CheckResult,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core';
import { checkDatabase } from './check-database.js';
import type { PostgresStateConfig } from './config.js';
import { parseConnectionUrl, type ConnectionSettings } from './connection-url.js';
import { Database } from './database.js';
import { LeaseClock, momentOf } from './lease-clock.js';
import { migrateIn } from './migrate.js';
import { translateError } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { PostgresStateWriter } from './postgres-state-writer.js';
import { describeHolder, readLease, stateOf } from './stored-pipeline.js';

interface GrantedRow {
  readonly token: string;
  readonly state: unknown;
}

const LONGEST_IDLE_MS = 5000;

/** The state of pipelines in the tables of one schema, for many workers on many machines. */
export class PostgresStateStore implements StateStore {
  readonly #config: PostgresStateConfig;
  readonly #context: Pick<AdapterContext, 'logger' | 'runtime'>;
  readonly #settings: ConnectionSettings;

  constructor(config: PostgresStateConfig, context: Pick<AdapterContext, 'logger' | 'runtime'>) {
    const settings = parseConnectionUrl(config.url.reveal());
    if ('problem' in settings) throw new Error(`the url ${settings.problem}`);
    this.#config = config;
    this.#context = context;
    this.#settings = settings;
  }

  reader(pipeline: string): StateReader {
    return postgresStateReader(pipeline, {
      schema: this.#config.schema,
      withDatabase: async (work) => {
        const database = this.#database();
        try {
          return await work(database);
        } finally {
          await database.close();
        }
      },
    });
  }

  async check(pipeline: string): Promise<readonly CheckResult[]> {
    const database = this.#database();
    try {
      return await checkDatabase(database, this.#config.schema, this.reader(pipeline));
    } finally {
      await database.close();
    }
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const database = this.#database();
    try {
      await database.write((query, transaction) => migrateIn(query, transaction, this.#config.schema));
      return await this.#take(database, pipeline);
    } catch (error) {
      await database.close();
      throw translateError(error, 'open', database.place);
    }
  }

  /** Takes a lease that is free or has run out, by the database's clock. */
  async #take(database: Database, pipeline: string): Promise<StateWriter> {
    const { schema, leaseSeconds } = this.#config;
    const { runtime, logger } = this.#context;
    const asked = momentOf(runtime);
    const { token, state } = await database.write(async (query) => {
      await query(`INSERT INTO "${schema}".pipelines (name) VALUES (?) ON CONFLICT DO NOTHING`, [pipeline]);
      const [granted] = await query<GrantedRow>(
        `UPDATE "${schema}".pipelines SET token = token + 1, holder_pid = ?, holder_host = ?,
           held_since = clock_timestamp(), held_until = clock_timestamp() + make_interval(secs => ?)
         WHERE name = ? AND (held_until IS NULL OR held_until < clock_timestamp()) RETURNING token, state`,
        [process.pid, hostname(), leaseSeconds, pipeline],
      );
      // In the transaction: a state that cannot be read leaves no lease behind.
      if (granted !== undefined) return { token: granted.token, state: stateOf(granted.state, schema, pipeline) };
      const held = await readLease(query, schema, pipeline);
      const who = held === undefined ? 'another process' : describeHolder(held.holder);
      const until = held === undefined ? '' : `, until ${new Date(held.until).toISOString()} unless it goes on`;
      throw new StateError(
        `the state of pipeline "${pipeline}" in ${database.place} is in use by ${who}${until}. One process at a time ` +
          'may run a pipeline: wait for it to end, or stop it',
      );
    });
    return new PostgresStateWriter(
      { pipeline, schema, leaseSeconds, token, database, runtime, logger },
      state,
      new LeaseClock(runtime, leaseSeconds * 1000, asked),
    );
  }

  #database(): Database {
    const { statementTimeoutSeconds, connectTimeoutSeconds, leaseSeconds } = this.#config;
    return new Database(this.#settings, {
      statementTimeoutMs: statementTimeoutSeconds * 1000,
      connectTimeoutMs: connectTimeoutSeconds * 1000,
      idleTimeoutMs: Math.min(LONGEST_IDLE_MS, (leaseSeconds * 1000) / 2),
    });
  }
}
