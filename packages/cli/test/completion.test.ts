import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { knownAdapters } from '#src/options/known-adapters.js';
import { streamsOf } from '#src/options/names-in-file.js';

const PIPELINE = fileURLToPath(new URL('../../../configs/langfuse-to-posthog.yaml', import.meta.url));
const COMMAND = fileURLToPath(new URL('../bin/sluice.js', import.meta.url));

function sluice(...args: readonly string[]): readonly string[] {
  const { stdout } = spawnSync(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env['PATH'], SHELL: '/bin/bash' },
    encoding: 'utf8',
  });
  return stdout.trim().split('\n');
}

const offered = (...words: readonly string[]) => sluice('--get-yargs-completions', 'sluice', ...words);

describe('completion', function () {
  this.timeout(60_000);

  it('prints a script that bash reads', () => {
    const script = sluice('completion').join('\n');
    const { status, stderr } = spawnSync('bash', ['-n', '-c', script], { encoding: 'utf8' });
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(script).to.contain('complete -o bashdefault -o default');
  });

  it('explains itself', () => {
    const help = sluice('completion', '--help');
    expect(help[0]).to.equal('sluice completion');
    expect(help[2]).to.match(/^Print a script for bash, or for zsh/u);
  });

  it('offers commands', () => {
    expect(offered('')).to.include.members(['run', 'preview', 'check', 'lint', 'init']);
  });

  it('offers the options of a command, and the values of an option', () => {
    expect(offered('preview', '--')).to.include.members(['--stream', '--limit', '--env-file']);
    expect(offered('run', 'a.yaml', '--log-level', '')).to.include.members(['debug', 'info', 'silent']);
  });

  it('offers the sources and sinks that are known by name', async () => {
    expect(await knownAdapters('source')).to.include('langfuse-postgres');
    expect(offered('init', '--sink', '')).to.include.members(['jsonl', 'posthog']);
  });

  it('offers the streams of a pipeline file, and nothing for a file that cannot be read', async () => {
    for (const file of ['nowhere.yaml', COMMAND, fileURLToPath(import.meta.url)]) {
      expect(await streamsOf(file), file).to.deep.equal([]);
    }
    expect(offered('preview', PIPELINE, '--stream', '')).to.deep.equal(['trace', 'generation', 'score', 'observation']);
  });
});
