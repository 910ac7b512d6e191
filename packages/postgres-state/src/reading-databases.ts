import type { Database } from '@sluice/postgres';
import type { PostgresStateConfig } from './config.js';
import { stateDatabase } from './database.js';

interface Shared {
  readonly database: Database;
  users: number;
}

/**
 * The connections of everything in the process that only reads states: who reads the same database at the same time shares
 * them, so that hundreds of pipelines do not open hundreds of connections. The last one closes them, because a reader is
 * never closed.
 */
export class ReadingDatabases {
  readonly #open = new Map<string, Shared>();

  async use<T>(
    config: PostgresStateConfig,
    baseDirectory: string | undefined,
    work: (database: Database) => Promise<T>,
  ): Promise<T> {
    // As text, secrets are all the same.
    const key = JSON.stringify([config.url.reveal(), config, baseDirectory]);
    const shared = this.#open.get(key) ?? { database: stateDatabase(config, baseDirectory), users: 0 };
    this.#open.set(key, shared);
    shared.users += 1;
    try {
      return await work(shared.database);
    } finally {
      shared.users -= 1;
      if (shared.users === 0) {
        this.#open.delete(key);
        await shared.database.close();
      }
    }
  }
}
