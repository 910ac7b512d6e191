import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { runCli } from '#src/run-cli.js';
import { processTerminal, type Streams } from '#src/terminal/terminal.js';

const CONFIGS = fileURLToPath(new URL('../../../configs', import.meta.url));

describe('what a run advises on a terminal', () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-advice-'));
    cpSync(CONFIGS, directory, { recursive: true });
    const path = join(directory, 'jsonl-to-posthog.yaml');
    const text = readFileSync(path, 'utf8').replace('visits/**/*.jsonl*', 'none/visits.jsonl');
    writeFileSync(path, text);
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  it('is to check the pipeline if it cannot go on', async () => {
    let shown = '';
    const stream = () => {
      const written = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 });
      written.on('data', (text: string) => (shown += text));
      return written;
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what a command uses of a terminal
    const streams = { stdin: new PassThrough(), stdout: stream(), stderr: stream() } as unknown as Streams;
    const environment = { NO_COLOR: '1', POSTHOG_API_KEY: 'phc_a' };
    const file = join(directory, 'jsonl-to-posthog.yaml');
    const code = await runCli(['run', file], { terminal: processTerminal(environment, streams), environment });
    await new Promise(setImmediate);
    expect(code, shown).to.equal(1);
    expect(shown).to.include(`next: sluice check ${file}`);
  });
});
