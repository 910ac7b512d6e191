// Runs the test files: all with SLUICE_TEST_RUNS=full, else all that are not in tests-in-turn.txt, and every third one that
// is: the day (UTC) says which, or SLUICE_TEST_DAY, which repeats what was run on another day. In one mocha process, or with
// SLUICE_TEST_PROCESSES=2 in two side by side, each with half of them: for a machine that does nothing else. Mocha's own
// parallel mode would forget the hooks of shared files. Options are passed on to mocha. The last line is
// `N passed, N failed`.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MOCHA = join(ROOT, 'node_modules/mocha/bin/mocha.js');
const processes = Number(process.env.SLUICE_TEST_PROCESSES ?? 1);

const DAY_MS = 86_400_000;
/** As in `@sluice/testkit`, where the cases of a file take turns. */
const DAYS_OF_FILES = 3;
const day = Number(process.env.SLUICE_TEST_DAY ?? Math.floor(Date.now() / DAY_MS));
const isFull = process.env.SLUICE_TEST_RUNS === 'full';
const inTurn = readFileSync(join(ROOT, 'test/tests-in-turn.txt'), 'utf8').split('\n').filter(Boolean);

/** Whether it is a file's day. */
function isDue(file) {
  const place = inTurn.indexOf(sourceOf(file));
  return isFull || place === -1 || place % DAYS_OF_FILES === day % DAYS_OF_FILES;
}

/** `test/a/.test-build/b.test.js` is compiled from `test/a/test/b.test.ts`, in the folder `test` itself from `test/b.test.ts`. */
function sourceOf(file) {
  const [folder, name] = file.split('/.test-build/');
  return `${folder === 'test' ? 'test' : `${folder}/test`}/${name.replace(/js$/, 'ts')}`;
}

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
const due = files.filter(isDue);
const known = new Set(files.map(sourceOf));
const unknown = inTurn.filter((file) => !known.has(file));
if (unknown.length > 0) throw new Error(`test/tests-in-turn.txt names files that do not exist: ${unknown.join(', ')}`);
if (!Number.isInteger(day) || day < 0) throw new Error('SLUICE_TEST_DAY must be a number of days: 20787 is 2026-11-30');
if (due.length < files.length) {
  const left = `${files.length - due.length} of ${files.length} files are left for the next two days`;
  process.stdout.write(
    `${left}; SLUICE_TEST_DAY=${day} repeats this, SLUICE_TEST_RUNS=full runs all (CONTRIBUTING.md)\n`,
  );
}
const results = await Promise.all(Array.from({ length: processes }, (_, index) => mocha(share(due, index))));
if (processes > 1) {
  const sum = (count) => results.reduce((total, result) => total + result[count], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
}
process.exitCode = results.every(({ isGood }) => isGood) ? 0 : 1;
