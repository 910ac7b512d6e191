import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const COMMAND = fileURLToPath(new URL('../../bin/sluice.js', import.meta.url));

describe('a flag of Node.js that Sluice does not support', () => {
  for (const flag of ['--disallow-code-generation-from-strings', '--frozen-intrinsics']) {
    it(`is named: ${flag}`, () => {
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--no-warnings', flag, COMMAND, 'lint', 'pipeline.yaml'],
        {
          env: { PATH: process.env['PATH'] },
          encoding: 'utf8',
        },
      );
      expect(stderr).to.equal(
        `sluice: Node.js was started with ${flag}, which Sluice does not support; remove it from the command line or NODE_OPTIONS\n`,
      );
      expect(status).to.equal(2);
    });
  }
});
