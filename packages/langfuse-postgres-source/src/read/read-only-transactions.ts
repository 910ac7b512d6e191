import { ReadOnlyTransactions as Transactions, sql, type SqlCopy, type SqlQuery } from '@sluice/postgres';
import type { LangfusePostgresSourceConfig } from '../config.js';
import { assertNothingHidden } from '../check/drift.js';
import { readTables } from '../check/read-tables.js';
import { LANGFUSE_RULES } from './langfuse-rules.js';

/** The planner is kept to index order and nested loops: then a page costs a page, however large the tables are. */
const SESSION: Readonly<Record<string, string>> = {
  enable_bitmapscan: 'off',
  enable_sort: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  enable_material: 'off',
};

const INSUFFICIENT_PRIVILEGE = '42501';

type Work<T> = (query: SqlQuery, copy: SqlCopy) => Promise<T>;

/**
 * Each statement sees what was committed before it, so that the one that looks for drift after a page was read sees
 * tables that were rewritten meanwhile: those look empty to an older snapshot.
 */
export class ReadOnlyTransactions extends Transactions {
  /** Whether policies apply to the role and show it every row: then each transaction makes sure that they still do. */
  #hasPolicies = false;

  constructor(options: LangfusePostgresSourceConfig, baseDirectory?: string) {
    super(options, { baseDirectory, session: SESSION, rules: LANGFUSE_RULES });
  }

  protected override async transact<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    if (this.#hasPolicies) return this.#transactSecured(work, signal);
    try {
      return await super.transact(work, signal);
    } catch (error) {
      if (codeOf(error) !== INSUFFICIENT_PRIVILEGE) throw error;
      const secured = (await super.transact(readTables, signal)).filter(({ isSecured }) => isSecured);
      assertNothingHidden(secured, this.place);
      if (secured.length === 0) throw error;
      this.#hasPolicies = true;
      return this.#transactSecured(work, signal);
    }
  }

  #transactSecured<T>(work: Work<T>, signal: AbortSignal | undefined): Promise<T> {
    return super.transact(async (query, copy) => {
      await query(sql`SELECT set_config('row_security', 'on', true)`);
      const result = await work(query, copy);
      assertNothingHidden(await readTables(query), this.place);
      return result;
    }, signal);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
