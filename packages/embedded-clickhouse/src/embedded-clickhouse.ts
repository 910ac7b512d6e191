import type { Rights } from './rights.js';

/** A private ClickHouse server on 127.0.0.1, or fresh databases in a given server. */
export interface EmbeddedClickHouse {
  /** Connects to the created database with all rights: `http://user:password@host:port/database`. */
  readonly url: string;
  /** Creates another database in the same server and returns its URL. */
  createDatabase(name: string): Promise<string>;
  /**
   * Returns the URL of a user with these rights alone. An embedded server has one user: it is started again, and has
   * these rights until the next call; without rights, all of them.
   */
  limit(rights?: Rights): Promise<string>;
  /** Stops the server and removes its files, or drops what was created in a given server. */
  stop(): Promise<void>;
}
