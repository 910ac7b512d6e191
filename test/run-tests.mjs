// Runs the test files in one mocha process, or with SLUICE_TEST_PROCESSES=2 in two side by side, each with half of them:
// for a machine that does nothing else. Mocha's own parallel mode would forget the hooks of shared files. Options are passed
// on to mocha. The last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js');
const processes = Number(process.env.SLUICE_TEST_PROCESSES ?? 1);

/** The compiled tests below a folder, in alphabetical order. */
function testFiles(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .toSorted((a, b) => a.localeCompare(b, 'en'))
    .map((name) => join(folder, name));
}

/** Every n-th file: neighbours take about as long as each other. */
function share(files, index) {
  return files.filter((_, position) => position % processes === index);
}

/** Runs mocha with some files. What it prints is shown at once if nothing else prints, else when it ends. */
function mocha(files) {
  const isAlone = processes === 1;
  const child = spawn(process.execPath, [MOCHA, ...process.argv.slice(2), ...files], {
    cwd: ROOT,
    stdio: ['inherit', isAlone ? 'inherit' : 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part) => (text += part));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      process.stdout.write(text);
      const [, passed = 0, failed = 0] = /^(\d+) passed, (\d+) failed$/mu.exec(text) ?? [];
      resolve({ passed: Number(passed), failed: Number(failed), isGood: code === 0 });
    });
  });
}

const folders = [...readdirSync(join(ROOT, 'packages')).map((name) => join('packages', name)), 'test'];
const files = folders.flatMap((folder) => testFiles(join(folder, '.test-build')));
const results = await Promise.all(Array.from({ length: processes }, (_, index) => mocha(share(files, index))));
if (processes > 1) {
  const sum = (count) => results.reduce((total, result) => total + result[count], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
}
process.exitCode = results.every(({ isGood }) => isGood) ? 0 : 1;
