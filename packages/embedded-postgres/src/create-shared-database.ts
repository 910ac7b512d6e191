import { startEmbeddedPostgres, type EmbeddedPostgres } from './start-embedded-postgres.js';

let started: Promise<EmbeddedPostgres> | undefined;
let databases = 0;

/**
 * Creates a database in a server that everybody in this process shares, because starting one is slow. It is started by
 * the first call and stopped when nothing else is left to do. Each database has its own name; roles are shared.
 */
export async function createSharedDatabase(name: string, template?: string): Promise<string> {
  started ??= start();
  databases += 1;
  return (await started).createDatabase(`${name}_${databases}`, template);
}

async function start(): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ inMemory: true });
  process.once('beforeExit', () => void server.stop());
  return server;
}
