import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseUrl, execute } from './clickhouse-statement.js';
import { databasesInServer } from './databases-in-server.js';
import type { EmbeddedClickHouse } from './embedded-clickhouse.js';
import { FOLDER_PREFIX, removeLeftovers } from './leftovers.js';
import { writeRights } from './rights.js';
import { endServer, startServer, type ServerPlan } from './server-process.js';

export interface EmbeddedClickHouseOptions {
  /** The database that is created. Default: `sluice`. */
  readonly databaseName?: string;
  /** The server's time zone. Default: UTC. */
  readonly timeZone?: string;
  /** A server to use instead of an embedded one: fresh databases are created in it. Default: CLICKHOUSE_TEST_URL. */
  readonly serverUrl?: string | undefined;
}

/**
 * Starts chdb, the engine of ClickHouse as a library, behind an HTTP server in a child process, and creates a database
 * in it. Neither the process nor its folder outlives this process, however it ends; a folder remains only if both are
 * killed at once, and the next start removes it.
 */
export async function startEmbeddedClickHouse(options: EmbeddedClickHouseOptions = {}): Promise<EmbeddedClickHouse> {
  const databaseName = options.databaseName ?? 'sluice';
  const serverUrl = options.serverUrl ?? process.env['CLICKHOUSE_TEST_URL'];
  if (serverUrl !== undefined && serverUrl !== '') return databasesInServer(serverUrl, databaseName);

  await removeLeftovers();
  const directory = await mkdtemp(join(tmpdir(), FOLDER_PREFIX));
  const plan: ServerPlan = {
    directory,
    password: randomBytes(12).toString('hex'),
    timeZone: options.timeZone ?? 'UTC',
  };
  let server = await startServer(plan);
  const port = server.port;
  const urlOf = (database: string): string =>
    databaseUrl(`http://default:${plan.password}@127.0.0.1:${port}`, database);
  const createDatabase = async (name: string): Promise<string> => {
    await execute(urlOf('default'), `CREATE DATABASE \`${name}\``);
    return urlOf(name);
  };
  return {
    url: await createDatabase(databaseName),
    createDatabase,
    limit: async (rights) => {
      await endServer(server, 'keep files');
      const configFile = rights === undefined ? {} : { configFile: await writeRights(directory, rights) };
      server = await startServer({ ...plan, ...configFile, port });
      return urlOf(databaseName);
    },
    stop: async () => {
      await endServer(server, 'remove files');
      await rm(directory, { recursive: true, force: true });
    },
  };
}
