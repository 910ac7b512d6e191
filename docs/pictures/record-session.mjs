// Records `check`, `run` and `verify` on the demo's database as the animated picture of the README: what the commands
// print, as they print it. `npm run docs:record`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { langfusePosthog } from '@sluice/langfuse-posthog';
import { drawSession } from './draw-session.mjs';

const COMMAND = fileURLToPath(new URL('../../packages/cli/bin/sluice.js', import.meta.url));
const COLUMNS = 92;
const FILE = 'langfuse-to-posthog.yaml';

const directory = mkdtempSync(join(tmpdir(), 'sluice-session-'));
const demo = await langfusePosthog.loadDemo();
const stage = await demo.start({
  size: 300,
  directory,
  say: () => undefined,
  signal: new AbortController().signal,
});
try {
  await sluice('init', '--yes');
  const screens = [];
  for (const command of ['check', 'run', 'verify']) {
    screens.push({ command: `npx --no sluice ${command} ${FILE}`, text: await sluice(command, FILE) });
  }
  writeFileSync(new URL('session.svg', import.meta.url), drawSession(screens, COLUMNS));
} finally {
  await stage.stop();
  rmSync(directory, { recursive: true, force: true });
}

/** Runs the real command and returns what a terminal would show. */
async function sluice(...args) {
  const path = join(directory, 'output');
  const output = openSync(path, 'w');
  const { PATH } = process.env;
  const env = { PATH, ...stage.environment, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) };
  const stdio = ['ignore', output, output];
  const [status] = await once(spawn(process.execPath, [COMMAND, ...args], { cwd: directory, env, stdio }), 'exit');
  closeSync(output);
  const text = readFileSync(path, 'utf8');
  if (status !== 0) throw new Error(`sluice ${args.join(' ')} ended with ${status}:\n${text}`);
  return text.replaceAll(/^\{"level":"info".*\n/gmu, ''); // a terminal shows log lines as dim text, a file as JSON
}
