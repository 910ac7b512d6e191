import { mkdtemp, open, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The address of a Unix domain socket has 104 bytes on macOS and 108 on Linux, with the closing zero. */
const MAX_ADDRESS_BYTES = 100;
const LONGEST_NAME = 'lock-0123456789abcdef.new';

/** Gives a directory a short path while `use` runs: the path of a socket in a deep directory is too long. */
export async function withShortPath<T>(directory: string, use: (short: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(join(directory, LONGEST_NAME)) <= MAX_ADDRESS_BYTES) return use(directory);
  if (process.platform === 'linux') {
    const handle = await open(directory, 'r');
    try {
      return await use(`/proc/self/fd/${handle.fd}`);
    } finally {
      await handle.close();
    }
  }
  const temporary = await mkdtemp(join(tmpdir(), 'sl-'));
  try {
    await symlink(directory, join(temporary, 'd'));
    return await use(join(temporary, 'd'));
  } finally {
    await rm(temporary, { recursive: true });
  }
}
