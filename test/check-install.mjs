// Follows the README from an empty home folder: packs, installs, sets up, exports, and runs the crontab line from another
// folder. Then installs the demo, too. Needs built packages; leaves nothing behind.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import { LANGFUSE_SCHEMA_SQL, seedHistory } from '@sluice/langfuse-history';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import pg from 'pg';
import { checkNewAdapters } from './check-new-adapters.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'sluice-install-'));
const packed = join(work, 'packed');
const home = join(work, 'home');
const installed = join(home, 'sluice-export');
/** The packages of the demo, and what else belongs to no production install. */
const DEMO = ['embedded-postgres', 'langfuse-history', 'posthog-simulator'];
const NOT_IN_PRODUCTION = [
  ...[...DEMO, 'embedded-clickhouse', 'testkit'].map((name) => `@sluice/${name}`),
  'chdb',
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
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let result = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    printed += text;
    result += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => (printed += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === expected || (expected === 'failure' && code !== 0)) resolve({ printed, result });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code} instead of ${expected}:\n${printed}`));
    });
  });
}

/** The blocks of the README's section about one's own Langfuse: two of `sh` and one of `crontab`. */
function blocksOfReadme() {
  const [, rest = ''] = readFileSync(join(root, 'README.md'), 'utf8').split('\n## Your own Langfuse and PostHog\n');
  const blocks = [...rest.split('\n## ')[0].matchAll(/^```(sh|crontab)\n([^]*?)\n```/gmu)];
  const found = blocks.map(([, language, text]) => ({ language, text }));
  if (found.map(({ language }) => language).join() !== 'sh,sh,crontab') throw new Error('the README has other blocks');
  return found.map(({ text }) => text);
}

/** A Langfuse database and a PostHog for the README's export, and an editor that fills in `.env`. */
async function startPeers() {
  const server = await startEmbeddedPostgres();
  const url = await server.createDatabase('langfuse');
  const client = new pg.Client(url);
  await client.connect();
  await client.query(LANGFUSE_SCHEMA_SQL);
  await seedHistory(client, { traces: 50, now: Date.now(), random: Math.random });
  await client.end();
  const posthog = await PosthogSimulator.start({ keys: ['phc_example'] });
  const values = { ...VARIABLES, LANGFUSE_DATABASE_URL: url, POSTHOG_HOST: posthog.url };
  const editor = join(work, 'editor');
  const edits = Object.entries(values).map(([name, value]) => `-e 's|^${name}=.*|${name}="${value}"|'`);
  writeFileSync(editor, `#!/bin/sh\nexec sed -i.old ${edits.join(' ')} "$1"\n`);
  chmodSync(editor, 0o755);
  return { posthog, editor, stop: () => Promise.all([posthog.stop(), server.stop()]) };
}

function mustHold(condition, message) {
  if (!condition) throw new Error(message);
  console.log(`✓ ${message}`);
}

let peers;
try {
  for (const folder of [packed, home]) mkdirSync(folder);
  peers = await startPeers();
  const [pack, setUp, line] = blocksOfReadme();
  // The home is the empty one; npm keeps its cache and settings.
  const environment = {
    HOME: home,
    EDITOR: peers.editor,
    npm_config_prefer_offline: 'true',
    npm_config_cache: (await run('npm', ['config', 'get', 'cache'], { cwd: root })).result.trim(),
    npm_config_userconfig: (await run('npm', ['config', 'get', 'userconfig'], { cwd: root })).result.trim(),
  };
  const shell = (text, cwd) => run('bash', ['--norc', '-euo', 'pipefail', '-c', text], { cwd, environment });
  // Everything is installed and built here already.
  await shell(pack.replace('npm ci && ', ''), root);
  await shell(setUp, home);
  const sent = peers.posthog.eventRequests.length;
  mustHold(sent > 0, 'the README, followed word for word from an empty folder, exports the history');

  const extra = NOT_IN_PRODUCTION.filter((name) => existsSync(join(installed, 'node_modules', name)));
  mustHold(
    extra.length === 0,
    `a production install has none of ${NOT_IN_PRODUCTION.join(', ')} (${extra.join(', ')})`,
  );
  // cron runs a command with sh, in the home folder, and knows little else.
  const cron = { HOME: home, PATH: `${dirname(process.execPath)}:/usr/bin:/bin` };
  const command = line.replace(/^(?:\S+ ){5}/u, '');
  for (const cwd of [home, work]) await run('/bin/sh', ['-c', command], { cwd, environment: cron });
  mustHold(
    peers.posthog.eventRequests.length === sent,
    'the crontab line, run from two other folders, sends nothing again',
  );

  const { printed: version } = await run('npx', ['--no', '--', 'sluice', '--version']);
  mustHold(/^\d+\.\d+\.\d+\s*$/.test(version), 'npx --no -- sluice --version');
  const empty = join(work, 'empty');
  mkdirSync(empty);
  const absent = await run('npx', ['--no', '--', 'sluice', '--version'], { cwd: empty, expected: 1 });
  mustHold(absent.result === '', 'npx --no sluice runs nothing in a folder without Sluice');
  const written = ['langfuse-to-posthog.yaml', 'mappings/langfuse-to-posthog.yaml'];
  mustHold(
    (await run('npx', ['--no', 'sluice', 'lint', '--json', ...written], { environment: VARIABLES })).printed.startsWith(
      '[]',
    ),
    'the files that init writes lint clean, with the shipped mapping below them',
  );
  cpSync(join(installed, 'mappings'), join(work, 'elsewhere', 'mappings'), { recursive: true });
  cpSync(join(installed, 'langfuse-to-posthog.yaml'), join(work, 'elsewhere', 'langfuse-to-posthog.yaml'));
  const sluice = join(installed, 'node_modules', '.bin', 'sluice');
  const elsewhere = { cwd: join(work, 'elsewhere'), environment: VARIABLES };
  mustHold(
    (await run(sluice, ['lint', '--json', written[0]], elsewhere)).printed.startsWith('[]'),
    'the same files lint clean in a folder without an installation, such as /etc',
  );
  const refused = await run('npx', ['--no', 'sluice', 'demo'], { expected: 2 });
  mustHold(
    /npm install( @sluice\/[\w-]+@\d+\.\d+\.\d+){3}\n/.test(refused.printed),
    'npx --no sluice demo names the packages that it needs in one npm install line',
  );

  const demoPackages = DEMO.flatMap((name) => ['-w', `@sluice/${name}`]);
  await run('npm', ['pack', '--silent', ...demoPackages, '--pack-destination', packed], { cwd: root });
  const archives = readdirSync(packed).map((name) => join(packed, name));
  await run('npm', ['install', '--prefer-offline', ...archives]);
  const demo = JSON.parse((await run('npx', ['--no', 'sluice', 'demo', '--traces', '50', '--json'])).result);
  mustHold(demo.complete === true, 'npx --no sluice demo --traces 50 delivers everything once');
  await checkNewAdapters({ installed, work, run, mustHold });
} finally {
  await peers?.stop();
  rmSync(work, { recursive: true, force: true });
}
