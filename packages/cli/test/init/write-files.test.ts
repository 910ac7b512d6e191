import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import { expect } from 'chai';
import { writeFiles } from '#src/init/write-files.js';

describe('the files of init', () => {
  it('say that they cannot be written, and where', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sluice-write-files-'));
    try {
      writeFileSync(join(directory, 'file'), '');
      const path = join(directory, 'file', 'pipeline.yaml');
      expect(() => writeFiles([{ path, text: '' }])).to.throw(ConfigError, `cannot write ${path}`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
