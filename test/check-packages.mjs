// Packs every package and checks the files, exports and types that would be published. All are packed at once and their
// types checked in one process, because npm and the compiler of the types each take seconds to start.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { getExitCode } from '@arethetypeswrong/cli/internal/getExitCode';

const root = fileURLToPath(new URL('..', import.meta.url));
/** What `attw` runs. */
const requireOfAttw = createRequire(import.meta.resolve('@arethetypeswrong/cli/package.json'));
const attw = await import(pathToFileURL(requireOfAttw.resolve('@arethetypeswrong/core')).href);
/** Packages without imports, and therefore without types to check. */
const COMMANDS = ['cli'];
/** As `attw --profile esm-only`. */
const ESM_ONLY = { ignoreResolutions: ['node10', 'node16-cjs'] };

const run = promisify(execFile);
const packed = mkdtempSync(join(tmpdir(), 'sluice-packages-'));
let failed = false;

function fail(tool, name, findings) {
  failed = true;
  console.error(`${tool} found something in ${name}:\n${findings}`);
}

async function checkFiles(names) {
  for (const name of names) {
    try {
      await run(join(root, 'node_modules/.bin/publint'), ['run', join(packed, name), '--strict'], { cwd: root });
    } catch (error) {
      fail('publint', name, `${error.stdout}${error.stderr}`);
    }
  }
}

async function checkTypes(names) {
  for (const name of names) {
    const archive = attw.createPackageFromTarballData(new Uint8Array(readFileSync(join(packed, name))));
    const analysis = await attw.checkPackage(archive);
    if (analysis.types === false) fail('attw', name, 'no types');
    else if (getExitCode(analysis, ESM_ONLY) !== 0) fail('attw', name, JSON.stringify(analysis.problems, undefined, 1));
  }
}

try {
  await run('npm', ['pack', '--silent', '--workspaces', '--pack-destination', packed], { cwd: root });
  const names = readdirSync(packed);
  const count = readdirSync(join(root, 'packages')).length;
  if (names.length !== count) fail('npm pack', 'packages', `${names.length} archives instead of ${count}`);
  const withTypes = names.filter((name) => !COMMANDS.some((command) => name.startsWith(`sluice-${command}-`)));
  await Promise.all([checkFiles(names), checkTypes(withTypes)]);
} finally {
  rmSync(packed, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
