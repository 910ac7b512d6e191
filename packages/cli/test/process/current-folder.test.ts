import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const COMMAND = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

describe('a current folder that was removed', () => {
  it('is one sentence', () => {
    const cwd = mkdtempSync(join(tmpdir(), 'sluice-removed-'));
    const script = 'rmdir "$PWD" && exec "$@"';
    const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', process.execPath, COMMAND, '--version'], {
      cwd,
      env: { PATH: process.env['PATH'] },
      encoding: 'utf8',
    });
    expect(stderr).to.equal('sluice: the current folder no longer exists; change to another one\n');
    expect(status).to.equal(1);
  });
});
