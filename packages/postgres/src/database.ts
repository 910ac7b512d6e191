import type { Knex } from 'knex';
import type { ClientBase } from 'pg';
import type { ConnectionSettings } from './connection-settings.js';
import { CopyOut, type CopiedRows } from './copy-out.js';
import { numbered } from './fill-places.js';
import { NOT_POSTGRES } from './message-check.js';
import type { PoolOptions } from './pool.js';
import { isReadTimeout } from './postgres-failure.js';

/** What a `?` in a statement stands for. Lists are sent as arrays. */
export type Value = string | number | null | readonly string[];

/** Runs one statement inside a transaction. `Row` is what the statement says that it selects. */
export type Query = <Row>(text: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** Runs a `SELECT` inside a transaction as `COPY (…) TO STDOUT`, which costs both sides less than rows do. */
export type Copy = (text: string, values?: readonly Value[]) => Promise<CopiedRows>;

export interface DatabaseOptions extends PoolOptions {
  /** Settings of the server that hold inside each transaction, whatever the role, the database or a pooler have set. */
  readonly session: Readonly<Record<string, string>>;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Default: `repeatable read`, so that all statements see one moment of the database. */
  readonly isolationLevel?: 'read committed' | 'repeatable read';
}

/**
 * Short transactions on a small pool. Everything that a transaction needs is set inside it, so that it works through
 * PgBouncer in transaction mode. Errors come out as pg and knex make them, for `postgresFailure` to explain.
 */
export class Database {
  readonly #settings: ConnectionSettings;
  readonly #options: DatabaseOptions;
  /** Loaded with the first transaction: what never connects, such as lint, does not wait for the drivers. */
  #pool: Promise<Knex> | undefined;
  /** By the text of a copy, how long its last answer was: the next one is probably as long. */
  readonly #copiedBytes = new Map<string, number>();

  constructor(settings: ConnectionSettings, options: DatabaseOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** The database in messages, without user and password. */
  get place(): string {
    return this.#settings.place;
  }

  /**
   * Commits when `work` resolves. When this rejects, the commit may or may not have taken effect. When the signal aborts, it
   * rejects at once and the statement is cancelled.
   */
  async write<T>(
    work: (query: Query, transaction: Knex.Transaction) => Promise<T>,
    { signal }: Pick<ReadOptions, 'signal'> = {},
  ): Promise<T> {
    return this.#transact(work, { isolationLevel: 'read committed' }, signal);
  }

  /** Never waits for a writer. When the signal aborts, it rejects at once and the statement is cancelled. */
  async read<T>(
    work: (query: Query, copy: Copy) => Promise<T>,
    { signal, isolationLevel = 'repeatable read' }: ReadOptions = {},
  ): Promise<T> {
    return this.#transact(
      (query, transaction) => work(query, this.#copyIn(transaction, signal)),
      { isolationLevel, readOnly: true },
      signal,
    );
  }

  /** Gives up the connections without waiting for what hangs in one. */
  reset(): void {
    this.close().catch(ignore);
  }

  async close(): Promise<void> {
    const open = this.#pool;
    this.#pool = undefined;
    await (await open)?.destroy();
  }

  async #transact<T>(
    work: (query: Query, transaction: Knex.Transaction) => Promise<T>,
    config: Knex.TransactionConfig,
    signal?: AbortSignal,
  ): Promise<T> {
    signal?.throwIfAborted();
    this.#pool ??= import('./pool.js').then(({ createPool }) => createPool(this.#settings, this.#options));
    const opened = this.#pool;
    const pool = await opened;
    let session: SessionRow | undefined;
    let failure: unknown;
    const transacted = pool.transaction(async (transaction) => {
      // knex's own drops every backslash before a `?`, and takes `?` for a place after an even number of them.
      transaction.client.positionBindings = numbered;
      const run = async <Row>(text: string, values: readonly Value[], rowMode?: 'array'): Promise<readonly Row[]> => {
        signal?.throwIfAborted();
        const statement = transaction.raw(text, values.map(knexBinding));
        const answer: Promise<{ readonly rows: readonly Row[] }> = rowMode ? statement.options({ rowMode }) : statement;
        return (await answer.catch(rethrowUnreadable)).rows;
      };
      const rowMode = this.#options.areValuesText === true ? 'array' : undefined;
      try {
        [session] = await run<SessionRow>(...this.#sessionStatement());
        return await work((text, values = []) => run(text, values, rowMode), transaction);
      } catch (error) {
        failure = error;
        throw error;
      }
    }, config);
    const done = transacted.catch((error: unknown) => {
      // pg still waits for the rest of that answer, and knex would hand the connection out again.
      if (isReadTimeout(error) && this.#pool === opened) this.reset();
      // Where the server has ended the connection, knex gives the failure of the rollback, which does not say why.
      throw failure ?? error;
    });
    if (signal === undefined) return done;
    return abortable(done, signal, () => {
      if (session !== undefined) void cancel(pool, session);
    });
  }

  #copyIn(transaction: Knex.Transaction, signal: AbortSignal | undefined): Copy {
    return async (text, values = []) => {
      signal?.throwIfAborted();
      const { withLiterals } = await import('./literals.js');
      const statement = `COPY (${withLiterals(text, values)}) TO STDOUT`;
      const connection: ClientBase = await transaction.client.acquireConnection();
      const answer = new Promise<CopiedRows>((resolve, reject) => {
        connection.query(new CopyOut(statement, this.#copiedBytes.get(text) ?? 0, resolve, reject));
      });
      const copied = await answer.catch(rethrowUnreadable);
      this.#copiedBytes.set(text, copied.bytes.length);
      return copied;
    };
  }

  #sessionStatement(): readonly [text: string, values: readonly string[]] {
    const { applicationName, searchPath } = this.#settings;
    const settings = {
      application_name: applicationName,
      statement_timeout: String(this.#options.statementTimeoutMs),
      ...(searchPath !== undefined && { search_path: searchPath }),
      ...this.#options.session,
    };
    const calls = Object.keys(settings).map(() => 'set_config(?, ?, true)');
    // A commit that the server has confirmed must be on its disk. Servers before PostgreSQL 17 have no `transaction_timeout`.
    return [
      `SELECT pg_backend_pid()::text AS backend, pg_postmaster_start_time()::text AS server,
         set_config('synchronous_commit', CASE current_setting('synchronous_commit')
           WHEN 'off' THEN 'on' ELSE current_setting('synchronous_commit') END, true),
         CASE WHEN current_setting('transaction_timeout', true) <> '0' THEN set_config('transaction_timeout', '0', true) END,
         ${calls.join(', ')}`,
      Object.entries(settings).flat(),
    ];
  }
}

interface SessionRow {
  readonly backend: string;
  /** Tells the servers of a URL with several hosts apart. */
  readonly server: string;
}

/** Over a separate connection: the pool may be in use to the last. */
async function cancel(pool: Knex, { backend, server }: SessionRow): Promise<void> {
  const client: Knex.Client = pool.client;
  try {
    const connection = await client.acquireRawConnection();
    // Behind a pooler the backend may serve another client by now.
    await connection
      .query(
        `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid = $1::integer AND state = 'active'
           AND application_name = current_setting('application_name') AND pg_postmaster_start_time()::text = $2`,
        [backend, server],
      )
      .finally(() => client.destroyRawConnection(connection));
  } catch {
    // Then the statement's own timeout ends it.
  }
}

/** Settles with the work, or with the signal's reason at once; then the work is stopped behind it. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal, stop: () => void): Promise<T> {
  let onAbort = ignore;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      stop();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  work.catch(ignore);
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', onAbort));
}

/** The driver trips over an answer in the wrong order. */
function rethrowUnreadable(error: unknown): never {
  if (error instanceof TypeError || error instanceof RangeError) throw new Error(NOT_POSTGRES, { cause: error });
  throw error;
}

/** knex wants lists that it may change. */
function knexBinding(value: Value): Knex.RawBinding {
  return typeof value === 'object' && value !== null ? [...value] : value;
}

function ignore(): void {}
