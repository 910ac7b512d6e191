import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { locatePackageFile } from '@sluice/core/config';
import { expect } from 'chai';

describe('a file of an installed package', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  const write = (path: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
    return file;
  };
  const scoped = write('node_modules/@acme/mappings/langfuse.yaml');
  const main = write('node_modules/@acme/mappings/mapping.yaml');
  const plain = write('node_modules/mappings/deep/er.yaml');
  write('node_modules/outside.yaml');
  const from = join(folder, 'configs/team/main.yaml');

  it('is found next to the file that names it, or in a folder above', () => {
    expect(locatePackageFile('@acme/mappings/langfuse.yaml', from)).to.equal(scoped);
    expect(locatePackageFile('mappings/deep/er.yaml', from)).to.equal(plain);
  });

  it('is found above a folder in which it cannot be looked for', () => {
    write('closed/node_modules');
    expect(locatePackageFile('@acme/mappings', join(folder, 'closed/main.yaml'))).to.equal(main);
  });

  it("is the package's mapping.yaml when the package is named alone", () => {
    expect(locatePackageFile('@acme/mappings', from)).to.equal(main);
  });

  for (const specifier of [
    '@acme/none/a.yaml',
    '@acme/mappings/none.yaml',
    'mappings',
    '@acme',
    '',
    '.',
    '/etc/passwd',
  ])
    it(`is not found for ${JSON.stringify(specifier)}`, () => {
      expect(locatePackageFile(specifier, from)).to.equal(undefined);
    });

  it('is never outside the package', () => {
    for (const specifier of ['mappings/../outside.yaml', '@acme/mappings/../../outside.yaml'])
      expect(locatePackageFile(specifier, from)).to.equal(undefined);
  });
});
