import { TransientError } from '@sluice/core';
import type { Knex } from 'knex';
import type { ClientConfig } from 'pg';
import type { ConnectionSettings } from './connection-settings.js';
import { isRefusedByRule, isTlsFailure, translatePostgresError } from './postgres-error.js';
import type { Binding, Sql } from './sql/sql.js';

/** A row as the database wrote it: one text, or null, per column. */
export type TextRow = readonly (string | null)[];

/** Runs one statement inside a transaction. */
export type Query = (statement: Sql) => Promise<readonly TextRow[]>;

export interface TransactionLimits {
  readonly statementTimeoutMs: number;
  readonly lockTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly maxConnections: number;
}

/** Values leave the driver as text: its own parsers read zoneless times in the machine's zone. */
const AS_TEXT = { getTypeParser: () => (value: string) => value };

/**
 * What holds inside each transaction, whatever the role, the database or a pooler between have set. The planner is kept
 * to index order and nested loops: with these, a page costs a page, however large or badly analysed the tables are.
 */
const SESSION: Readonly<Record<string, string>> = {
  application_name: 'sluice',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  extra_float_digits: '3',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
};

/**
 * Short read-only transactions on a small pool. Everything a transaction needs is set with `SET LOCAL`, so that it works
 * through PgBouncer in transaction mode. Errors come out translated.
 */
export class ReadOnlyTransactions {
  readonly #settings: ConnectionSettings;
  readonly #limits: TransactionLimits;
  /** Loaded with the first transaction: what never connects, such as lint, does not wait for the drivers. */
  #knex: Promise<Knex> | undefined;
  #isEncrypted: boolean;

  constructor(settings: ConnectionSettings, limits: TransactionLimits) {
    this.#settings = settings;
    this.#limits = limits;
    this.#isEncrypted = settings.tls === 'preferred' || settings.tls === 'required';
  }

  /** The database for people, without user and password. */
  get place(): string {
    const { host, port, database } = this.#settings;
    return `${host}:${port}/${database}`;
  }

  async run<T>(work: (query: Query) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    try {
      return await this.#attempt(work, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!this.#mayTryOtherwise(error)) throw translatePostgresError(error, this.place);
    }
    return this.#tryOtherwise(work, signal);
  }

  async close(): Promise<void> {
    const open = this.#knex;
    this.#knex = undefined;
    await (await open)?.destroy();
  }

  /** `sslmode=prefer` and `allow`: a server that refuses one kind of connection is asked for the other. */
  #mayTryOtherwise(error: unknown): boolean {
    const { tls } = this.#settings;
    if (tls !== 'allowed' && tls !== 'preferred') return false;
    return isRefusedByRule(error) || (this.#isEncrypted && isTlsFailure(error));
  }

  async #tryOtherwise<T>(work: (query: Query) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#isEncrypted = !this.#isEncrypted;
    await this.close();
    try {
      return await this.#attempt(work, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw translatePostgresError(error, this.place);
    }
  }

  async #attempt<T>(work: (query: Query) => Promise<T>, signal?: AbortSignal): Promise<T> {
    let backend: string | undefined;
    const sessionStatement = await this.#sessionStatement();
    const pool = await this.#pool();
    const done = pool.transaction(
      async (transaction) => {
        const query: Query = async ({ text, bindings }) => {
          signal?.throwIfAborted();
          const result: { readonly rows: readonly TextRow[] } = await transaction
            .raw(text, bindings.map(knexBinding))
            .options({ rowMode: 'array' });
          return result.rows;
        };
        const [row] = await query(sessionStatement);
        backend = row?.[0] ?? undefined;
        return work(query);
      },
      { readOnly: true },
    );
    return withAbort(done, signal, () => (backend === undefined ? undefined : this.#cancel(backend)));
  }

  async #sessionStatement(): Promise<Sql> {
    const { escapeIdentifier } = await import('pg');
    const values = {
      ...SESSION,
      search_path: escapeIdentifier(this.#settings.schema),
      statement_timeout: String(this.#limits.statementTimeoutMs),
      lock_timeout: String(this.#limits.lockTimeoutMs),
    };
    const pairs = Object.entries(values);
    const calls = pairs.map(() => 'set_config(?, ?, true)').join(', ');
    return { text: `SELECT pg_backend_pid(), ${calls}`, bindings: pairs.flat() };
  }

  /** Over a connection of its own: the pool may be in use to the last. */
  async #cancel(backend: string): Promise<void> {
    const { Client } = await import('pg');
    const client = new Client(this.#connection());
    client.on('error', () => {});
    try {
      await client.connect();
      // Behind a pooler the backend may be somebody else's by now.
      await client.query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity
         WHERE pid = $1::integer AND state = 'active' AND application_name = $2`,
        [backend, SESSION['application_name']],
      );
    } catch {
      // Then the statement's own timeout ends it.
    } finally {
      await client.end().catch(() => {});
    }
  }

  #connection() {
    const { host, port, database, user, password, tlsOptions } = this.#settings;
    return {
      host,
      port,
      database,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ssl: this.#isEncrypted ? tlsOptions : false,
      application_name: 'sluice',
      connectionTimeoutMillis: this.#limits.connectTimeoutMs,
      // A network that swallows everything: the server's own timeout would never reach us.
      query_timeout: this.#limits.statementTimeoutMs + this.#limits.connectTimeoutMs,
      keepAlive: true,
      types: AS_TEXT,
    } satisfies ClientConfig;
  }

  #pool(): Promise<Knex> {
    this.#knex ??= import('knex').then(({ default: knex }) =>
      knex({
        client: 'pg',
        connection: this.#connection(),
        pool: { min: 0, max: this.#limits.maxConnections, idleTimeoutMillis: 30_000 },
        acquireConnectionTimeout: this.#limits.statementTimeoutMs + this.#limits.connectTimeoutMs,
        log: { warn: ignore, error: ignore, debug: ignore, deprecate: ignore },
      }),
    );
    return this.#knex;
  }
}

/** knex wants lists that it may change. */
function knexBinding(binding: Binding): string | number | string[] {
  return typeof binding === 'object' ? [...binding] : binding;
}

/** knex would print to the console what comes out as an error as well. */
function ignore(): void {}

/** Settles with the work, or with the signal's reason at once; then the work is stopped behind it. */
async function withAbort<T>(
  work: Promise<T>,
  signal: AbortSignal | undefined,
  stop: () => Promise<void> | undefined,
): Promise<T> {
  if (signal === undefined) return work;
  let onAbort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      void stop();
      reject(new TransientError('aborted'));
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(ignore);
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}
