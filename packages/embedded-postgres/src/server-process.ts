import { execFile, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { letProcessEnd } from './let-process-end.js';
import type { ServerAccount } from './server-account.js';

/** The data need not survive a power cut, nor does a server live long enough for vacuuming. */
const FAST: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_size: '2GB',
  autovacuum: 'off',
  jit: 'off',
};

/** A server before it is started: its files and its port. */
export interface ServerPlan {
  readonly binaries: string;
  readonly directory: string;
  readonly data: string;
  readonly port: number;
  /** That of the superuser. */
  readonly password: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly account: ServerAccount;
}

/** Connects as superuser to the database that every server has; without the question for TLS if it offers none. */
export function maintenanceUrl({ port, password, settings }: ServerPlan): string {
  const parameters = settings['ssl'] === undefined ? '?sslmode=disable' : '';
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres${parameters}`;
}

/** A data folder before it is created. */
export interface NewData {
  readonly binaries: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly account: ServerAccount;
}

/** Creates the data folder. */
export async function initialise({ binaries, data, passwordFile, account }: NewData): Promise<void> {
  const flags = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`, '--encoding=UTF8'];
  const initdb = spawnHere(
    join(binaries, 'initdb'),
    [`--pgdata=${data}`, ...flags, '--locale=C', '--no-sync', '--set=scram_iterations=1'],
    {
      cwd: dirname(data),
      ...account,
    },
  );
  await outcomeOf(initdb, () => false);
}

/** Copies the data folder of a server that does not run, with its owner and rights. */
export async function copyData(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** Resolves when the server accepts connections. */
export async function startServer(plan: ServerPlan): Promise<ChildProcess> {
  const { binaries, data, port, settings, account } = plan;
  const flags = Object.entries({ ...FAST, ...settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawnHere(join(binaries, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    cwd: data,
    ...account,
  });
  await outcomeOf(server, (log) => /ready to accept (read-only )?connections/.test(log));
  return server;
}

/** Closes all connections and resolves when the server has ended. */
export async function stopServer(server: ChildProcess, signal: 'SIGINT' | 'SIGQUIT' = 'SIGINT'): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.ref();
  await new Promise((fulfil) => {
    server.once('exit', fulfil);
    server.kill(signal);
  });
}

/** Detached, so that Ctrl-C in a terminal does not stop the server while a run finishes. */
function spawnHere(command: string, flags: readonly string[], options: SpawnOptions): ChildProcess {
  return spawn(command, flags, {
    ...options,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
  });
}

/** Resolves when the process has ended successfully or its log says that it is ready. */
function outcomeOf(child: ChildProcess, isReady: (log: string) => boolean): Promise<void> {
  return new Promise((fulfil, reject) => {
    let log = '';
    let isTold = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (isTold || !isReady(log)) return;
      // Once: log lines of a stopping server must not let this process end before the server.
      isTold = true;
      letProcessEnd(child, child.stderr);
      fulfil();
    });
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) fulfil();
      else reject(new Error(`${child.spawnfile} ended with code ${code}: ${log}`));
    });
  });
}
