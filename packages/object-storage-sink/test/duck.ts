import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';

/** A row as DuckDB's types: a timestamp is an object of its own, JSON is text. */
export type DuckRow = Readonly<Record<string, unknown>>;

/** DuckDB in memory, in UTC. Close it. */
export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection) {
    this.#instance = instance;
    this.#connection = connection;
  }

  static async open(): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    const connection = await instance.connect();
    await connection.run("set timezone = 'UTC'");
    return new Duck(instance, connection);
  }

  async rows(sql: string): Promise<readonly DuckRow[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson();
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
