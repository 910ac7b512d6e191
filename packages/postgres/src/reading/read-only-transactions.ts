import type { Secret } from '@sluice/core/adapter';
import { Database } from '../database.js';
import type { FailureRule } from '../postgres-failure.js';
import { connectionSettings } from '../postgres-url.js';
import { translateSourceError } from './source-error.js';
import type { SqlCopy, SqlQuery, TextRow } from './statements.js';

/** Times are read as text in UTC, numbers with all their digits, and types by their plain names. */
const SESSION: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  extra_float_digits: '3',
  bytea_output: 'hex',
  quote_all_identifiers: 'off',
  // Sequential scans are left to tables without an index, and nothing is gained by starting workers for a page.
  enable_seqscan: 'off',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  // PostgreSQL refuses a statement of which a policy would hide rows.
  row_security: 'off',
};

interface TransactionOptions {
  readonly url: Secret;
  readonly statementTimeoutSeconds: number;
  readonly connectTimeoutSeconds: number;
  readonly lockTimeoutSeconds: number;
  readonly maxConnections: number;
}

/** What a source adds to its transactions. */
export interface TransactionSetup {
  readonly baseDirectory?: string | undefined;
  readonly session?: Readonly<Record<string, string>>;
  /** What its failures mean. */
  readonly rules?: readonly FailureRule[];
}

type Work<T> = (query: SqlQuery, copy: SqlCopy) => Promise<T>;

/** Short read-only transactions of a source. Errors come out translated. */
export class ReadOnlyTransactions {
  readonly #database: Database;
  readonly #rules: readonly FailureRule[];

  constructor(options: TransactionOptions, { baseDirectory, session = {}, rules = [] }: TransactionSetup = {}) {
    const settings = connectionSettings(options.url, baseDirectory);
    this.#rules = rules;
    this.#database = new Database(settings, {
      statementTimeoutMs: options.statementTimeoutSeconds * 1000,
      connectTimeoutMs: options.connectTimeoutSeconds * 1000,
      maxConnections: options.maxConnections,
      areValuesText: true,
      session: {
        search_path: settings.searchPath ?? 'public',
        lock_timeout: `${options.lockTimeoutSeconds}s`,
        ...SESSION,
        ...session,
      },
    });
  }

  /** The database in messages, without user and password. */
  get place(): string {
    return this.#database.place;
  }

  /** Each statement sees what was committed before it. */
  async run<T>(work: Work<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.transact(work, signal);
    } catch (error) {
      signal?.throwIfAborted();
      throw translateSourceError(error, this.place, this.#rules);
    }
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  /** As `run`, with the errors of the driver. */
  protected transact<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#database.read(
      (run, runCopy) =>
        work(
          ({ text, bindings }) => run<TextRow>(text, bindings),
          ({ text, bindings }) => runCopy(text, bindings),
        ),
      { signal, isolationLevel: 'read committed' },
    );
  }
}
