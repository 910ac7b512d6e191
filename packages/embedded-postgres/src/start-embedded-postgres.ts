import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createdDatabases } from './created-databases.js';
import { freePort } from './free-port.js';
import { claimFolder, FOLDER_PREFIX, removeLeftovers } from './leftovers.js';
import { memoryFolder } from './memory-folder.js';
import { preparedFolder, preparedServer } from './prepared-server.js';
import { handOver, serverAccount, temporaryRoot, type ServerAccount } from './server-account.js';
import { startReplica, type Replica } from './replica.js';
import { writeServerFiles, type ServerFiles } from './server-files.js';
import { copyData, maintenanceUrl, startServer, stopServer } from './server-process.js';
import { endWatch, startWatchdog } from './watchdog.js';

export interface EmbeddedPostgresOptions extends ServerFiles {
  /** The database that is created. Default: `sluice`. */
  readonly databaseName?: string;
  /** Settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A server to use instead of an embedded one: a fresh database is created in it. Default: TEST_DATABASE_URL. */
  readonly serverUrl?: string | undefined;
  /** What `preparedFolder` gave to another process that still runs. Default: that of this process. */
  readonly prepared?: string;
  /**
   * Keeps the files in memory where 4 GB of it are free, on Linux: creating a database, which is hundreds of files, costs
   * half. Default: in the folder for temporary files.
   */
  readonly inMemory?: boolean;
}

/** A private PostgreSQL server on 127.0.0.1, or a fresh database in a given server. */
export interface EmbeddedPostgres {
  /** Connects as superuser to the created database. */
  readonly url: string;
  /**
   * Creates another database in the same server and returns its URL. With `template`, the URL of a database that nobody
   * is connected to, it is a copy of that one.
   */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Starts a replica of an embedded server, with additional settings. Stop it before the server. */
  startReplica(settings?: Readonly<Record<string, string>>): Promise<Replica>;
  /** Stops an embedded server and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops the server and removes its files, or drops the databases that were created in a given server. */
  stop(): Promise<void>;
}

/**
 * Starts a server in a temporary folder and creates a database in it. Neither outlives the process, however it ends: a
 * watchdog stops the server and removes the folder. If the watchdog is killed too, the next start cleans up.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const databaseName = options.databaseName ?? 'sluice';
  const serverUrl = options.serverUrl ?? process.env['TEST_DATABASE_URL'];
  if (serverUrl !== undefined && serverUrl !== '') return databaseInServer(serverUrl, databaseName);

  await removeLeftovers();
  const account = serverAccount();
  const root = (options.inMemory === true ? await memoryFolder(account) : undefined) ?? temporaryRoot(account);
  const directory = await mkdtemp(join(root, FOLDER_PREFIX));
  const data = join(directory, 'data');
  const watchdog = startWatchdog(directory, data);
  try {
    const server = await serverIn(directory, data, account, options);
    const url = await server.createDatabase(databaseName);
    return {
      ...server,
      url,
      stop: async () => {
        await server.stop();
        await endWatch(watchdog);
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    // The watchdog stops the server and removes the folder.
    watchdog.stdin?.end();
    throw error;
  }
}

async function serverIn(
  directory: string,
  data: string,
  account: ServerAccount,
  options: EmbeddedPostgresOptions,
): Promise<Omit<EmbeddedPostgres, 'url'>> {
  await claimFolder(directory);
  await handOver(directory, account);
  const { binaries, password, ...prepared } = await preparedServer(options.prepared ?? (await preparedFolder(account)));
  await copyData(prepared.data, data);
  const settings = { ...options.settings, ...(await writeServerFiles(options, directory, account)) };
  const plan = { binaries, directory, data, port: await freePort(), password, settings, account };
  let server = await startServer(plan);
  // Nothing is lost with a file: the data is removed.
  const created = createdDatabases(maintenanceUrl(plan), 'FILE_COPY');
  return {
    createDatabase: (name, template) => created.create(name, template),
    startReplica: (own = {}) => startReplica(plan, own),
    restart: async () => {
      await stopServer(server);
      server = await startServer(plan);
    },
    // Without a checkpoint: the data is removed.
    stop: () => stopServer(server, 'SIGQUIT'),
  };
}

async function databaseInServer(serverUrl: string, databaseName: string): Promise<EmbeddedPostgres> {
  const suffix = randomBytes(4).toString('hex');
  const created = createdDatabases(serverUrl);
  const url = await created.create(`${databaseName}_${suffix}`);
  return {
    url,
    createDatabase: (name, template) => created.create(`${name}_${suffix}`, template),
    startReplica: () => Promise.reject(new Error('a server that was given by URL has no replica')),
    restart: () => Promise.reject(new Error('a server that was given by URL cannot be restarted')),
    stop: () => created.dropAll(),
  };
}
