import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The names of the servers' folders begin with it. */
export const FOLDER_PREFIX = 'sluice-clickhouse-';

/** Marks a folder as used by a server's process. */
export async function claimFolder(directory: string, pid: number): Promise<void> {
  await writeFile(join(directory, 'server.pid'), String(pid));
}

/** Removes the folders of servers that were killed together with the process that had started them. */
export async function removeLeftovers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((each) => each.startsWith(FOLDER_PREFIX))) {
    const directory = join(tmpdir(), name);
    const pid = Number.parseInt(await readFile(join(directory, 'server.pid'), 'utf8').catch(() => ''), 10);
    if (Number.isNaN(pid) || isAlive(pid)) continue;
    await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
