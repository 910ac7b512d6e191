import { connectionSettings, Database } from '@sluice/postgres';
import type PgBoss from 'pg-boss';
import type { PgBossSchedulerConfig } from './config.js';

type Answer = Awaited<ReturnType<PgBoss.Db['executeSql']>>;

/** What pg-boss asks of a database: one statement with `$1`, or several without values. */
export interface SqlExecutor {
  executeSql(text: string, values?: unknown[]): Promise<Answer>;
}

/** The database of pg-boss over the same connections as everything else in Sluice: TLS, hosts and poolers as in `url`. */
export class EngineDatabase implements SqlExecutor {
  readonly #database: Database;

  constructor(config: PgBossSchedulerConfig, baseDirectory: string) {
    this.#database = new Database(connectionSettings(config.url, baseDirectory), {
      statementTimeoutMs: config.statementTimeoutSeconds * 1000,
      connectTimeoutMs: config.connectTimeoutSeconds * 1000,
      maxConnections: 3,
      // Shorter than the time after which a process that is frozen in a transaction is taken for dead.
      session: { idle_in_transaction_session_timeout: '5000' },
    });
  }

  /** The database in messages, without user and password. */
  get place(): string {
    return this.#database.place;
  }

  executeSql(text: string, values?: unknown[]): Promise<Answer> {
    return this.transaction((sql) => sql.executeSql(text, values));
  }

  /** Commits when `work` resolves. */
  transaction<T>(work: (sql: SqlExecutor) => Promise<T>): Promise<T> {
    return this.#database.write(async (_, transaction) => {
      // Not by knex: its placeholders are not those of pg-boss's statements.
      const connection: SqlConnection = await transaction.client.acquireConnection();
      return work({ executeSql: (text, values) => connection.query(text, values) });
    });
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}

/** The subset of a connection of pg that this needs. */
interface SqlConnection {
  query(text: string, values?: unknown[]): Promise<Answer>;
}
