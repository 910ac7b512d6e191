// Plants each bug into a copy of the engine and lets the simulation look for it: `npm run mutants`. A patch whose first
// line is `caught by <file of test/engine>: <title>` is for that test instead, and one whose first line is `caught by shared
// seeds` for those with several workers. With `--check` it only checks that every patch still applies and that its test
// exists. Arguments select mutants by name.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SEEDS = 600;
/** Whose workers share the pipeline. */
const SEEDS_OF_SHARED = 160;
const PACKAGES = ['core', 'file-state', 'testkit'];

const asked = process.argv.slice(2).filter((argument) => argument !== '--check');
const onlyCheck = process.argv.includes('--check');
const patches = readdirSync(join(ROOT, 'test/mutants'))
  .filter((name) => name.endsWith('.patch') && (asked.length === 0 || asked.includes(basename(name, '.patch'))))
  .toSorted();

const copy = onlyCheck ? ROOT : copyOfSources();
let survivors = 0;
try {
  for (const patch of patches) {
    const name = basename(patch, '.patch');
    const file = join(ROOT, 'test/mutants', patch);
    run('git', ['apply', '--check', file], `mutant ${name} no longer applies; rewrite it for the current code`);
    const text = readFileSync(file, 'utf8');
    const [, testFile, title] = /^caught by (.+?): (.+)\n/.exec(text) ?? [];
    if (testFile !== undefined && !readFileSync(join(ROOT, testFile), 'utf8').includes(title)) {
      throw new Error(`mutant ${name} names the test "${title}", which is not in ${testFile}`);
    }
    if (onlyCheck) continue;
    run('git', ['apply', file]);
    build();
    const { status, stdout, stderr } =
      testFile === undefined ? simulate(text.startsWith('caught by shared seeds\n')) : test(testFile, title);
    const isCaught = status === 1 && stdout !== '';
    console.log(`${isCaught ? 'caught' : 'ALIVE '}  ${name.padEnd(36)} ${(stdout || stderr).trim().slice(0, 160)}`);
    if (!isCaught) survivors += 1;
    run('git', ['apply', '--reverse', file]);
  }
  if (onlyCheck) console.log(`${patches.length} mutants apply`);
  else console.log(`${patches.length} mutants, ${patches.length - survivors} caught`);
} finally {
  if (!onlyCheck) rmSync(copy, { recursive: true, force: true });
}
process.exitCode = survivors === 0 && patches.length > 0 ? 0 : 1;

/** Copies what the simulation needs into a separate folder and builds it once, without a mutant. */
function copyOfSources() {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-mutants-')));
  const isSource = (path) =>
    !/\/(node_modules|\.test-build|dist|bundle)(\/|$)|\.tsbuildinfo$/.test(path.slice(ROOT.length - 1));
  for (const name of PACKAGES) {
    cpSync(join(ROOT, 'packages', name), join(directory, 'packages', name), { recursive: true, filter: isSource });
  }
  for (const name of ['simulation', 'engine']) {
    cpSync(join(ROOT, 'test', name), join(directory, 'test', name), { recursive: true });
  }
  for (const name of ['package.json', 'tsconfig.base.json']) cpSync(join(ROOT, name), join(directory, name));
  const references = PACKAGES.map((name) => ({ path: `../packages/${name}` }));
  const compilerOptions = { rootDir: '.', outDir: '.test-build', types: ['node', 'mocha'] };
  const project = { extends: '../tsconfig.base.json', compilerOptions, include: ['.'], references };
  writeFileSync(join(directory, 'test/tsconfig.json'), JSON.stringify(project));
  mkdirSync(join(directory, 'node_modules/@sluice'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules'))) {
    if (name !== '@sluice') symlinkSync(join(ROOT, 'node_modules', name), join(directory, 'node_modules', name));
  }
  for (const name of PACKAGES) {
    symlinkSync(join(directory, 'packages', name), join(directory, 'node_modules/@sluice', name));
    // Dependencies of the package alone, in a version that differs from the one in the root.
    const dependencies = join(ROOT, 'packages', name, 'node_modules');
    if (existsSync(dependencies)) symlinkSync(dependencies, join(directory, 'packages', name, 'node_modules'));
  }
  return directory;
}

function build() {
  run(join(ROOT, 'node_modules/.bin/tsc'), ['-b', 'test'], 'a mutant does not compile');
}

function simulate(onlyShared) {
  const script = join(copy, 'test/.test-build/simulation/simulate.js');
  const options = { cwd: copy, encoding: 'utf8', timeout: 300_000 };
  const seeds = onlyShared ? ['--shared', '--seeds', SEEDS_OF_SHARED] : ['--seeds', SEEDS];
  const args = ['--conditions=sluice-modules', script, '--until-failure', ...seeds.map(String)];
  return spawnSync(process.execPath, args, options);
}

/** The name of the test when it fails. */
function test(file, title) {
  const compiled = file.replace('test/', 'test/.test-build/').replace(/\.ts$/, '.js');
  const args = [
    '--conditions=sluice-modules',
    join(ROOT, 'node_modules/mocha/bin/mocha.js'),
    '--timeout',
    '60000',
    '--grep',
    title,
    compiled,
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8' });
  const hasRun = /\b[1-9]\d* (?:passing|failing)\b/.test(stdout);
  return { status: status === 0 || !hasRun ? 0 : 1, stdout: hasRun ? `${file}: ${title}` : 'no such test', stderr };
}

function run(command, args, message) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: copy, encoding: 'utf8' });
  if (status !== 0) throw new Error([message, stdout, stderr].filter(Boolean).join('\n'));
}
