import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const FILES = execFileSync('git', ['ls-files', '*.md', '*.ts', '*.yaml', '*.yml', '*.service', 'examples'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && !/^test\/|\/test\/|^CHANGELOG/.test(file));

const found = (pattern: RegExp, files: readonly string[]) =>
  files.flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map(([text]) => `${file}: ${text.trim()}`),
  );

describe('what the documents and messages tell people to type and to read', () => {
  it('never lets npx ask a registry for a package that is called sluice', () => {
    expect(found(/\bnpx (?!--no )(?:-\S+ )*sluice\b.{0,20}/gu, FILES)).to.deep.equal([]);
  });

  it('never has npx take an option of the command for its own', () => {
    expect(found(/\bnpx --no sluice[\w-]* -.{0,20}/gu, FILES)).to.deep.equal([]);
  });

  it('is no document that an installation lacks: messages print what it says, or the address of its page', () => {
    const sources = FILES.filter((file) => /^packages\/[^/]+\/src\/.*\.ts$/.test(file));
    const inMessages = /^(?!\s*(?:\/\/|\/?\*)).*(?:(?<!blob\/main\/)docs\/[a-z-]+\.md|the README).*/gmu;
    expect(found(inMessages, sources)).to.deep.equal([]);
  });
});
