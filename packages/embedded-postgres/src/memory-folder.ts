import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { canEnter, type ServerAccount } from './server-account.js';

/** Of Linux: a file system in memory. */
export const MEMORY_FOLDER = '/dev/shm';

/** A day's tests fill less than half of it. */
const ENOUGH_BYTES = 4 * 1024 ** 3;

/** The folder in memory, if there is one with room that the account can enter. A container's often holds 64 MB. */
export async function memoryFolder(account: ServerAccount): Promise<string | undefined> {
  const { bavail, bsize } = await statfs(MEMORY_FOLDER).catch(() => ({ bavail: 0, bsize: 0 }));
  const hasRoom = Math.min(bavail * bsize, freemem()) >= ENOUGH_BYTES;
  return hasRoom && canEnter(MEMORY_FOLDER, account) ? MEMORY_FOLDER : undefined;
}
