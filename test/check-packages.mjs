// Packs every package and checks what would be published: its files, exports and types.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
let failed = false;
for (const name of readdirSync(join(root, 'packages'))) {
  const folder = join('packages', name);
  for (const command of [
    ['publint', 'run', folder, '--strict'],
    ['attw', '--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'],
  ]) {
    const { status } = spawnSync('npx', command, { cwd: root, stdio: 'inherit' });
    if (status !== 0) {
      failed = true;
      console.error(`${command[0]} found something in ${name}`);
    }
  }
}
process.exitCode = failed ? 1 : 0;
