import knex, { type Knex } from 'knex';
import type { ConnectionSettings } from './connection-url.js';

type Value = string | number | null | readonly string[];

/** Runs one statement inside a transaction. `Row` is what the statement says that it selects. */
export type Query = <Row>(text: string, values?: readonly Value[]) => Promise<readonly Row[]>;

export interface TransactionLimits {
  readonly statementTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /**
   * How long a transaction may wait for its client. A worker that is frozen in the middle of a commit holds a lock that
   * its successor needs: after this, the server ends the transaction.
   */
  readonly idleTimeoutMs: number;
}

/**
 * Short transactions on a few connections. Everything that a transaction needs is set inside it, so that it works
 * through PgBouncer in transaction mode.
 */
export class Database {
  readonly #settings: ConnectionSettings;
  readonly #limits: TransactionLimits;
  #knex: Knex | undefined;
  #isEncrypted: boolean;

  constructor(settings: ConnectionSettings, limits: TransactionLimits) {
    this.#settings = settings;
    this.#limits = limits;
    this.#isEncrypted = Boolean(settings.client.ssl);
  }

  get place(): string {
    return this.#settings.place;
  }

  /** Commits when `work` resolves. When this rejects, the commit may or may not have taken effect. */
  async write<T>(work: (query: Query, transaction: Knex.Transaction) => Promise<T>): Promise<T> {
    return this.#run(work, { isolationLevel: 'read committed' });
  }

  /** Sees one moment of the database, and never waits for who writes. */
  async read<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.#run(work, { isolationLevel: 'repeatable read', readOnly: true });
  }

  /** Gives up the connections: what hangs in one is not waited for. */
  reset(): void {
    const old = this.#knex;
    this.#knex = undefined;
    old?.destroy().catch(ignore);
  }

  async close(): Promise<void> {
    const open = this.#knex;
    this.#knex = undefined;
    await open?.destroy();
  }

  async #run<T>(
    work: (query: Query, transaction: Knex.Transaction) => Promise<T>,
    config: Knex.TransactionConfig,
  ): Promise<T> {
    try {
      return await this.#attempt(work, config);
    } catch (error) {
      const isRefused = error instanceof Error && error.message.includes('does not support SSL connections');
      if (!isRefused || !this.#settings.isTlsOptional || !this.#isEncrypted) throw error;
    }
    this.#isEncrypted = false;
    this.reset();
    return this.#attempt(work, config);
  }

  async #attempt<T>(
    work: (query: Query, transaction: Knex.Transaction) => Promise<T>,
    config: Knex.TransactionConfig,
  ): Promise<T> {
    return this.#pool().transaction(async (transaction) => {
      const query: Query = async <Row>(text: string, values: readonly Value[] = []) => {
        const result: { readonly rows: readonly Row[] } = await transaction.raw(text, values.map(knexBinding));
        return result.rows;
      };
      await query(
        `SELECT set_config('statement_timeout', ?, true), set_config('lock_timeout', '0', true),
           set_config('idle_in_transaction_session_timeout', ?, true),
           set_config('synchronous_commit', CASE current_setting('synchronous_commit')
             WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true)`,
        [String(this.#limits.statementTimeoutMs), String(this.#limits.idleTimeoutMs)],
      );
      return work(query, transaction);
    }, config);
  }

  #pool(): Knex {
    const { client } = this.#settings;
    const { statementTimeoutMs, connectTimeoutMs } = this.#limits;
    this.#knex ??= knex({
      client: 'pg',
      connection: {
        ...client,
        ssl: this.#isEncrypted ? client.ssl : false,
        application_name: 'sluice',
        connectionTimeoutMillis: connectTimeoutMs,
        // A network that swallows everything: the server's own timeout would never reach us.
        query_timeout: statementTimeoutMs + connectTimeoutMs,
        keepAlive: true,
      },
      // One for what is written, one for what is read meanwhile.
      pool: { min: 0, max: 2, idleTimeoutMillis: 30_000 },
      acquireConnectionTimeout: statementTimeoutMs + connectTimeoutMs,
      log: { warn: ignore, error: ignore, debug: ignore, deprecate: ignore },
    });
    return this.#knex;
  }
}

/** knex wants lists that it may change. */
function knexBinding(value: Value): Knex.RawBinding {
  return typeof value === 'object' && value !== null ? [...value] : value;
}

/** knex would print to the console what comes out as an error as well. */
function ignore(): void {}
