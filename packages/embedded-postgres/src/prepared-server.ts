import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { usableBinaries } from './binaries.js';
import { claimFolder, FOLDER_PREFIX } from './leftovers.js';
import { handOver, temporaryRoot, type ServerAccount } from './server-account.js';
import { initialise } from './server-process.js';
import { startWatchdog } from './watchdog.js';

/** What a server begins with. */
export interface PreparedServer {
  readonly binaries: string;
  /** A data folder that is only copied. */
  readonly data: string;
  /** That of the superuser. */
  readonly password: string;
}

let folder: Promise<string> | undefined;

/**
 * A folder with what every server of this process begins with: to make it takes longer than to start a server. It does
 * not outlive the process.
 */
export function preparedFolder(account: ServerAccount): Promise<string> {
  return (folder ??= prepare(account));
}

/** Reads a prepared folder, of this process or of another that still runs. */
export async function preparedServer(directory: string): Promise<PreparedServer> {
  const binaries = await readFile(join(directory, 'binaries'), 'utf8');
  const password = await readFile(join(directory, 'password'), 'utf8');
  return { binaries, data: join(directory, 'data'), password };
}

async function prepare(account: ServerAccount): Promise<string> {
  const directory = await mkdtemp(join(temporaryRoot(account), FOLDER_PREFIX));
  const data = join(directory, 'data');
  startWatchdog(directory, data);
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  await claimFolder(directory);
  await handOver(directory, account);
  const binaries = await usableBinaries(directory, account);
  await writeFile(join(directory, 'binaries'), binaries);
  const passwordFile = join(directory, 'password');
  // Different in every process: it is a secret, and masked wherever it appears.
  await writeFile(passwordFile, randomBytes(12).toString('hex'), { mode: 0o600 });
  await handOver(passwordFile, account);
  await initialise({ binaries, data, passwordFile, account });
  return directory;
}
