import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { expect } from 'chai';
import { preparedFolder } from '#src/prepared-server.js';
import { serverAccount } from '#src/server-account.js';

const MODULE = JSON.stringify(import.meta.resolve('#src/index.js'));

const started = (prepared: string): string => `
  const { startEmbeddedPostgres } = await import(${MODULE});
  const database = await startEmbeddedPostgres({ serverUrl: '', prepared: ${JSON.stringify(prepared)} });
  const { createRequire } = await import('node:module');
  const { Client } = createRequire(${MODULE})('pg');
  const client = new Client(database.url);
  client.on('error', () => {});
  await client.connect();
  const { rows } = await client.query("SELECT current_setting('data_directory') AS data");
  await client.end();
  console.log(rows[0].data);`;

interface Ending {
  readonly name: string;
  /** What the process does once it has a database. */
  readonly script: string;
  readonly signal?: NodeJS.Signals;
}

const ENDINGS: readonly Ending[] = [
  { name: 'ends after stop()', script: 'await database.stop();' },
  { name: 'ends without stop()', script: '' },
  { name: 'throws', script: `throw new Error('on purpose');` },
  { name: 'exits', script: 'process.exit(3);' },
  { name: 'gets SIGTERM', script: 'setInterval(() => {}, 1000);', signal: 'SIGTERM' },
  { name: 'gets SIGINT', script: 'setInterval(() => {}, 1000);', signal: 'SIGINT' },
  { name: 'is killed', script: 'setInterval(() => {}, 1000);', signal: 'SIGKILL' },
];

/** Runs the script in a process of its own; resolves with the server's folder when the process is gone. */
async function folderOf({ script, signal }: Ending): Promise<string> {
  const prepared = await preparedFolder(serverAccount());
  const child = spawn(process.execPath, ['--input-type=module', '--eval', `${started(prepared)}\n${script}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((fulfil) => {
    child.once('exit', fulfil);
  });
  const data = await new Promise<string>((fulfil) => {
    child.stdout.once('data', (chunk: Buffer) => fulfil(chunk.toString().trim()));
    child.once('exit', () => fulfil(''));
  });
  if (signal !== undefined) child.kill(signal);
  await ended;
  expect(data, 'the database did not start').to.match(/\/data$/);
  return data.slice(0, -'/data'.length);
}

/** The processes that have the folder in their command line: the server and the watchdog. */
async function processesOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
  return commands.filter((command) => command.includes(folder)).map((command) => command.replaceAll('\0', ' '));
}

/** The processes are looked for once the folder is gone: reading all command lines is slow. */
async function remainsOf(folder: string): Promise<readonly string[]> {
  return existsSync(folder) ? [folder] : processesOf(folder);
}

describe('an embedded database leaves neither a process nor a folder when its process', () => {
  for (const ending of ENDINGS) {
    it(ending.name, async function () {
      this.timeout(60_000);
      const folder = await folderOf(ending);
      const deadlineMs = Date.now() + 15_000;
      while ((await remainsOf(folder)).length > 0 && Date.now() < deadlineMs) {
        await new Promise((fulfil) => {
          setTimeout(fulfil, 50);
        });
      }
      expect(await remainsOf(folder)).to.deep.equal([]);
    });
  }
});
