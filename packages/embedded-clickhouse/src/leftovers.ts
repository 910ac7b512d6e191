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
    if (Number.isNaN(pid) || (await isServing(pid, directory))) continue;
    await rm(directory, { recursive: true, force: true, maxRetries: 5 }).catch(() => {});
  }
}

/** Another process may have the pid by now: only one whose command names the folder is its server. */
async function isServing(pid: number, directory: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined);
  if (command !== undefined) return command.includes(directory);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
