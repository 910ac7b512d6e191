import type { EmbeddedClickHouse } from './embedded-clickhouse.js';
import { startEmbeddedClickHouse } from './start-embedded-clickhouse.js';

let started: Promise<EmbeddedClickHouse> | undefined;
let databases = 0;

/**
 * Creates an empty database in a server that everybody in this process shares, because starting one is slow, and returns
 * its URL. The server is started by the first call and stopped when nothing else is left to do.
 */
export async function createSharedClickHouseDatabase(name: string): Promise<string> {
  started ??= start();
  databases += 1;
  return (await started).createDatabase(`${name}_${databases}`);
}

async function start(): Promise<EmbeddedClickHouse> {
  const server = await startEmbeddedClickHouse();
  process.once('beforeExit', () => void server.stop());
  return server;
}
