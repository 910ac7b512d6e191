import { environmentFromFile } from '@sluice/core/config';
import { expect } from 'chai';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addSecrets } from '#src/init/secret-file.js';

describe('a file with secrets', () => {
  it('can be read by its owner alone, even if it was a more open file, and keeps what is in it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-secret-file-'));
    try {
      const file = join(directory, '.env');
      writeFileSync(file, 'OLD=1\nEMPTY=', { mode: 0o644 });
      const variables = { URL: String.raw`postgres://u:p"a\s#s$w@h/d`, EMPTY: 'no longer' };
      addSecrets(file, variables);
      expect(statSync(file).mode & 0o777).to.equal(0o600);
      expect(environmentFromFile(file, {})).to.deep.equal({ OLD: '1', ...variables });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
