import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { replaceFile } from '#src/state-files.js';

describe('a file that cannot be replaced', () => {
  it('leaves no other file behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-replace-'));
    try {
      mkdirSync(join(folder, 'snapshot.json'));
      const failure = await replaceFile(join(folder, 'snapshot.json'), folder, 'new').catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(Error).and.to.have.property('syscall', 'rename');
      expect(readdirSync(folder)).to.deep.equal(['snapshot.json']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
