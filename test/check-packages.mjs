// Packs every package and checks the files, exports and types that would be published.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Packages without imports, and therefore without types to check. */
const COMMANDS = ['cli'];

let failed = false;
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join('packages', name);
  const publint = ['publint', 'run', folder, '--strict'];
  const attw = ['attw', '--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'];
  for (const command of COMMANDS.includes(name) ? [publint] : [publint, attw]) {
    const { status } = spawnSync('npx', command, { cwd: root, stdio: 'inherit' });
    if (status === 0) continue;
    failed = true;
    console.error(`${command[0]} found something in ${name}`);
  }
}
process.exitCode = failed ? 1 : 0;
