// Packs every package, installs the archives into an empty directory as npm would from the registry, and runs `npx
// sluice` there: first a production install, then the demo. Needs built packages; leaves nothing behind.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'sluice-install-'));
const packed = join(work, 'packed');
const installed = join(work, 'installed');
/** The packages of the demo, and what else belongs to no production install. */
const DEMO = ['embedded-postgres', 'langfuse-history', 'posthog-simulator'];
const NOT_IN_PRODUCTION = [
  ...[...DEMO, 'testkit'].map((name) => `@sluice/${name}`),
  'embedded-postgres',
  '@embedded-postgres',
  'mocha',
  'chai',
];

/** The variables of the written pipeline. Nothing connects. */
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
  const isOf = (names) => (archive) => names.some((name) => archive.includes(`sluice-${name}-`));
  writeFileSync(join(installed, 'package.json'), '{ "private": true }\n');

  run('npm', ['install', '--prefer-offline', ...archives.filter((archive) => !isOf([...DEMO, 'testkit'])(archive))]);
  const extra = NOT_IN_PRODUCTION.filter((name) => existsSync(join(installed, 'node_modules', name)));
  mustHold(
    extra.length === 0,
    `a production install has none of ${NOT_IN_PRODUCTION.join(', ')} (${extra.join(', ')})`,
  );
  mustHold(/^\d+\.\d+\.\d+\s*$/.test(run('npx', ['sluice', '--version'])), 'npx sluice --version');
  mustHold(run('npx', ['sluice', 'init', '--yes']).includes('npx sluice check'), 'npx sluice init --yes');
  const written = ['langfuse-to-posthog.yaml', 'mappings/langfuse-to-posthog.yaml'];
  mustHold(
    run('npx', ['sluice', 'lint', '--json', ...written], { environment: VARIABLES }).startsWith('[]'),
    'the files that init writes lint clean, with the shipped mapping below them',
  );
  cpSync(join(installed, 'mappings'), join(work, 'elsewhere', 'mappings'), { recursive: true });
  cpSync(join(installed, 'langfuse-to-posthog.yaml'), join(work, 'elsewhere', 'langfuse-to-posthog.yaml'));
  const sluice = join(installed, 'node_modules', '.bin', 'sluice');
  mustHold(
    run(sluice, ['lint', '--json', written[0]], { cwd: join(work, 'elsewhere'), environment: VARIABLES }).startsWith(
      '[]',
    ),
    'the same files lint clean in a folder without an installation, such as /etc',
  );
  const refused = run('npx', ['sluice', 'demo'], { expected: 2 });
  mustHold(
    /npm install( @sluice\/[\w-]+@\d+\.\d+\.\d+){3}\n/.test(refused),
    'npx sluice demo names the packages that it needs in one npm install line',
  );

  run('npm', ['install', '--prefer-offline', ...archives.filter(isOf(DEMO))]);
  const demo = JSON.parse(
    run('npx', ['sluice', 'demo', '--traces', '50', '--json'])
      .replace(/^[^{]*/, '')
      .replace(/[^}]*$/, ''),
  );
  mustHold(demo.complete === true, 'npx sluice demo --traces 50 delivers everything once');
} finally {
  rmSync(work, { recursive: true, force: true });
}
