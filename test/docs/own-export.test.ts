import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import { CommandDoor } from '../command/command-door.js';
import { aLangfuseWorld, type LangfuseWorld } from '../end-to-end/langfuse-world.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The shell blocks of a page's section, one after another. */
function script(page: string, section: string): string {
  const text = readFileSync(join(ROOT, page), 'utf8');
  const [, rest = ''] = text.split(`\n## ${section}\n`);
  const [body = ''] = rest.split('\n## ');
  const blocks = [...body.matchAll(/^( *)```sh\n([^]*?)\n *```/gmu)];
  return blocks.map(([, indent = '', block = '']) => block.replaceAll(new RegExp(`^${indent}`, 'gmu'), '')).join('\n');
}

describe('the setup guides, followed word for word from an empty folder', function () {
  this.timeout(300_000);
  let world: LangfuseWorld;
  let traces: number;
  let door: CommandDoor;
  before(async () => {
    door = await CommandDoor.open();
  });
  after(() => door.close());
  beforeEach(async () => {
    world = await aLangfuseWorld({ traces: 15 });
    const [row] = await world.query<{ traces: number }>('SELECT count(*)::int AS traces FROM traces');
    traces = row?.traces ?? 0;
    const tools = join(world.directory, '.tools');
    mkdirSync(tools);
    const tool = (name: string, text: string) => {
      writeFileSync(join(tools, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(tools, name), 0o755);
    };
    tool('npx', `test "$1 $2" = '--no sluice' && shift 2 && exec ${door.caller} "$@"`);
    const fill = Object.entries(world.environment).map(([name, value]) => `-e 's|^${name}=.*|${name}="${value}"|'`);
    tool('editor', `sed -i.old ${fill.join(' ')} "$1"`);
  });
  afterEach(() => world.end());
  const inTurn = testsInTurn(2);

  async function follow(text: string): Promise<string> {
    const shell = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', text], {
      cwd: world.directory,
      env: {
        PATH: `${join(world.directory, '.tools')}${delimiter}${process.env['PATH']}`,
        HOME: world.directory,
        EDITOR: 'editor',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (printed += chunk));
    }
    const code = await new Promise((resolve) => {
      shell.once('close', resolve);
    });
    expect(code, printed).to.equal(0);
    return printed;
  }

  const receivedTraces = () => world.receiver.distinct().filter(({ event }) => event === 'langfuse trace').length;

  inTurn('export every trace: the README, from where the packages are installed', async () => {
    const text = script('README.md', 'Your own Langfuse and PostHog');
    // Packing and installing is followed by test/check-install.mjs.
    await follow(text.slice(text.indexOf('npx --no sluice init')));
    expect(receivedTraces()).to.equal(traces);
  });

  inTurn('export every trace: every block of getting-started', async () => {
    // The last block takes a file of the repository.
    cpSync(join(ROOT, 'configs'), join(world.directory, 'configs'), { recursive: true });
    const sections = ['Your own Langfuse and PostHog', 'To a file', 'Your own events', 'In your shell'];
    const text = sections.map((section) => script('docs/getting-started.md', section)).join('\n');
    expect(text.match(/npx --no sluice \w+/gmu)).to.have.length(7);
    const printed = await follow(text);
    expect(printed).to.contain('"distinct_id"');
    expect(receivedTraces()).to.equal(traces);
  });
});
