import { environmentFromFile } from '@sluice/core/config';
import { expect } from 'chai';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeSecretFile } from '#src/init/secret-file.js';

describe('a file with secrets', () => {
  it('can be read by its owner alone, even over a more open file, and gives back what was written', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-secret-file-'));
    try {
      const file = join(directory, '.env');
      writeFileSync(file, 'OLD=1\n', { mode: 0o644 });
      const variables = { URL: String.raw`postgres://u:p"a\s#s$w@h/d`, EMPTY: '' };
      writeSecretFile(file, variables);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(environmentFromFile(file, {})).to.deep.equal(variables);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
