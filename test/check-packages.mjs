// Packs every package and checks the files, exports and types that would be published.
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Packages without imports, and therefore without types to check. */
const COMMANDS = ['cli'];
/** Most of the time goes into packing, which uses one processor. */
const AT_ONCE = 2;

const run = promisify(execFile);
const waiting = readdirSync(join(root, 'packages'));
let failed = false;

async function checkPackages() {
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const folder = join('packages', name);
    const publint = ['publint', 'run', folder, '--strict'];
    const attw = ['attw', '--pack', folder, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--quiet'];
    for (const [command, ...args] of COMMANDS.includes(name) ? [publint] : [publint, attw]) {
      try {
        await run(join(root, 'node_modules/.bin', command), args, { cwd: root });
      } catch (error) {
        failed = true;
        console.error(`${command} found something in ${name}:\n${error.stdout}${error.stderr}`);
      }
    }
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, checkPackages));
process.exitCode = failed ? 1 : 0;
