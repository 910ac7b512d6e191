import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';

const MODULE = JSON.stringify(import.meta.resolve('#src/index.js'));

interface Ending {
  readonly name: string;
  /** What the process does once it has a server. */
  readonly script: string;
  readonly signal?: NodeJS.Signals;
}

const ENDINGS: readonly Ending[] = [
  { name: 'ends without stop()', script: '' },
  { name: 'is killed', script: 'setInterval(() => {}, 1000);', signal: 'SIGKILL' },
];

describe('an embedded ClickHouse leaves neither a process nor a file when its process', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-lifetime-'));
  });

  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** Runs the script with the folder for its temporary files; resolves when the process is gone. */
  async function run(script: string, signal?: NodeJS.Signals): Promise<void> {
    const start = `
      const { startEmbeddedClickHouse } = await import(${MODULE});
      const server = await startEmbeddedClickHouse({ serverUrl: '' });
      console.log(server.url);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', `${start}\n${script}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: folder },
    });
    const ended = once(child, 'exit');
    const [chunk]: unknown[] = await Promise.race([once(child.stdout, 'data'), ended]);
    expect(String(chunk), 'the server did not start').to.match(/^http:/);
    if (signal !== undefined) child.kill(signal);
    await ended;
  }

  /** The processes that have the folder in their command line, and the files in it. */
  async function remains(): Promise<readonly string[]> {
    const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
    const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')));
    return [...commands.filter((command) => command.includes(folder)), ...(await readdir(folder))];
  }

  async function nothingRemains(): Promise<void> {
    const deadlineMs = Date.now() + 15_000;
    while ((await remains()).length > 0 && Date.now() < deadlineMs) {
      await new Promise((fulfil) => {
        setTimeout(fulfil, 50);
      });
    }
    expect(await remains()).to.deep.equal([]);
  }

  for (const { name, script, signal } of ENDINGS) {
    it(name, async () => {
      await run(script, signal);
      await nothingRemains();
    });
  }

  it('is killed together with the server, and another one starts', async () => {
    await run(
      `const { readFileSync, readdirSync } = await import('node:fs');
      const [name] = readdirSync(process.env.TMPDIR);
      process.kill(Number(readFileSync(process.env.TMPDIR + '/' + name + '/server.pid', 'utf8')), 'SIGKILL');
      process.kill(process.pid, 'SIGKILL');`,
    );
    expect(await readdir(folder)).to.have.length(1);
    await run('await server.stop();');
    await nothingRemains();
  });
});
