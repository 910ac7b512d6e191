import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

describe('completion in bash', function () {
  this.timeout(300_000);
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-completion-'));
    const sluice = join(directory, 'sluice');
    writeFileSync(sluice, `#!/bin/sh\nexec '${process.execPath}' '${COMMAND}' "$@"\n`);
    chmodSync(sluice, 0o755);
    mkdirSync(join(directory, 'pipelines'));
    writeFileSync(join(directory, 'pipelines', 'one.yaml'), '');
  });
  after(() => rmSync(directory, { recursive: true, force: true }));

  /** What the Tab key offers after these words: by the script's function, and by bash's own completion of files. */
  function offered(...words: readonly string[]): { readonly own: readonly string[]; readonly code: number | null } {
    const quoted = ['sluice', ...words].map((word) => `'${word}'`).join(' ');
    const script = [
      'source <(sluice completion bash)',
      `COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}`,
      '_sluice',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ].join('\n');
    const { PATH } = process.env;
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-c', script], {
      cwd: directory,
      env: { PATH: `${directory}${delimiter}${PATH}` },
      encoding: 'utf8',
    });
    expect(stderr).to.equal('');
    return { own: stdout.split('\n').filter((line) => line !== ''), code: status };
  }

  it('offers the commands', () => {
    expect(offered('').own).to.include.members(['run', 'preview', 'check', 'lint', 'init', 'completion']);
    expect(offered('pre').own).to.deep.equal(['preview']);
  });

  it('offers the options of a command, and the values of an option', () => {
    expect(offered('preview', '--').own).to.include.members(['--stream', '--limit', '--env-file']);
    expect(offered('run', '--e').own).to.deep.equal(['--env-file']);
    expect(offered('run', 'pipelines/one.yaml', '--log-level', '').own).to.deep.equal([
      'debug',
      'info',
      'warn',
      'error',
      'silent',
    ]);
    expect(offered('completion', 'z').own).to.deep.equal(['zsh']);
  });

  it('leaves pipeline files to bash, which completes them as paths', () => {
    expect(offered('run', '').own).to.deep.equal([]);
    expect(offered('run', 'pipelines/').own).to.deep.equal([]);
    expect(offered('run', '--env-file', '').own).to.deep.equal([]);
    const { stdout } = spawnSync('bash', ['--norc', '-c', 'source <(sluice completion bash); complete -p sluice'], {
      env: { PATH: `${directory}${delimiter}${process.env['PATH']}` },
      encoding: 'utf8',
    });
    expect(stdout).to.contain('-o default').and.to.contain('-F _sluice sluice');
  });
});
