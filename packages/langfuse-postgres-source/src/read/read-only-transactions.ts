import { connectionSettings, Database } from '@sluice/postgres';
import type { LangfusePostgresSourceConfig } from '../config.js';
import { translatePostgresError } from '../postgres-error.js';
import { assertNothingHidden } from '../check/drift.js';
import { readTables } from '../check/read-tables.js';
import { sql } from '../sql/sql.js';
import type { Copy, Query, TextRow } from './query.js';

/**
 * The planner is kept to index order and nested loops: then a page costs a page, however large the tables are.
 * Without row security, PostgreSQL refuses a statement of which a policy would hide rows.
 */
const SESSION: Readonly<Record<string, string>> = {
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
  row_security: 'off',
};

const INSUFFICIENT_PRIVILEGE = '42501';

/** Short read-only transactions. Errors come out translated. */
export class ReadOnlyTransactions {
  readonly #database: Database;
  /** Whether policies apply to the role and show it every row: then each transaction makes sure that they still do. */
  #hasPolicies = false;

  constructor(options: LangfusePostgresSourceConfig, baseDirectory?: string) {
    const settings = connectionSettings(options.url, baseDirectory);
    this.#database = new Database(settings, {
      statementTimeoutMs: options.statementTimeoutSeconds * 1000,
      connectTimeoutMs: options.connectTimeoutSeconds * 1000,
      maxConnections: options.maxConnections,
      areValuesText: true,
      session: {
        search_path: settings.searchPath ?? 'public',
        lock_timeout: `${options.lockTimeoutSeconds}s`,
        ...SESSION,
      },
    });
  }

  /** The database in messages, without user and password. */
  get place(): string {
    return this.#database.place;
  }

  /**
   * Each statement sees what was committed before it, so that the one that looks for drift after a page was read sees
   * tables that were rewritten meanwhile: those look empty to an older snapshot.
   */
  async run<T>(work: (query: Query, copy: Copy) => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#transact(work, signal).catch(async (error: unknown) => {
        if (this.#hasPolicies || codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
        const secured = (await this.#transact(readTables, signal)).filter(({ isSecured }) => isSecured);
        assertNothingHidden(secured, this.place);
        if (secured.length === 0) throw error;
        this.#hasPolicies = true;
        return this.#transact(work, signal);
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw translatePostgresError(error, this.place);
    }
  }

  #transact<T>(work: (query: Query, copy: Copy) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#database.read(
      async (run, runCopy) => {
        const query: Query = ({ text, bindings }) => run<TextRow>(text, bindings);
        const copy: Copy = ({ text, bindings }) => runCopy(text, bindings);
        if (!this.#hasPolicies) return work(query, copy);
        await query(sql`SELECT set_config('row_security', 'on', true)`);
        const result = await work(query, copy);
        assertNothingHidden(await readTables(query), this.place);
        return result;
      },
      { signal, isolationLevel: 'read committed' },
    );
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
