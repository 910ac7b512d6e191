// Records `check`, `run` and `verify` on the demo's database as the animated picture of the README: what the commands
// print on a terminal, which `script` of util-linux stands in for. `npm run docs:record`
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { langfusePosthog } from '@sluice/langfuse-posthog';
import pg from 'pg';
import { drawSession } from './draw-session.mjs';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/sluice.js', import.meta.url));
const COLUMNS = 92;
const FILE = 'langfuse-to-posthog.yaml';

const directory = mkdtempSync(join(tmpdir(), 'sluice-session-'));
const demo = await langfusePosthog.demos[0].load();
const stage = await demo.start({
  size: 300,
  directory,
  say: () => undefined,
  signal: new AbortController().signal,
});
const environment = { ...stage.environment };
try {
  sluiceOutput(await sluice('init', '--yes'));
  await useLeastPrivilegedRole();
  const screens = [];
  for (const command of ['check', 'run', 'verify']) {
    const text = sluiceOutput(await sluice(command, FILE)).replaceAll(directory, '~/sluice-export');
    screens.push({ command: `npx --no sluice ${command} ${FILE}`, text });
  }
  writeFileSync(new URL('session.svg', import.meta.url), drawSession(screens, COLUMNS));
} finally {
  await stage.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** Creates the role with the statements that `check` prints for it, and connects as it from then on. */
async function useLeastPrivilegedRole() {
  const { text } = await sluice('check', FILE, '--json');
  const results = JSON.parse(text).flatMap((section) => section.results);
  const { statements } = results.find(({ name }) => name === 'further permissions');
  const client = new pg.Client({ connectionString: stage.environment.LANGFUSE_DATABASE_URL });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
  const url = new URL(stage.environment.LANGFUSE_DATABASE_URL);
  url.username = 'sluice';
  url.password = '…';
  environment.LANGFUSE_DATABASE_URL = url.href;
}

/** Runs the real command on a terminal without its log and progress, and returns what the terminal received. */
async function sluice(...args) {
  const { PATH } = process.env;
  const env = { PATH, TERM: 'xterm-256color', ...environment };
  const line = `stty cols ${COLUMNS}; exec ${process.execPath} ${COMMAND} ${args.join(' ')} 2>/dev/null`;
  const child = spawn('script', ['-qefc', line, '/dev/null'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => (text += part));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, text: text.replaceAll('\r\n', '\n') }));
  });
}

function sluiceOutput({ status, text }) {
  if (status !== 0) throw new Error(`the command ended with ${status}:\n${text}`);
  return text;
}
