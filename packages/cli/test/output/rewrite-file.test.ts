import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { rewriteFile } from '#src/output/rewrite-file.js';

const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

describe('rewriting a file', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rewrite-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function rewritten(bytes: Buffer | string, change: (text: string) => string): Buffer {
    const path = join(folder, 'file.yaml');
    writeFileSync(path, bytes);
    rewriteFile(path, change);
    return readFileSync(path);
  }

  const answer = (text: string): string => text.replace('a: ü', 'a: ü\nb: 😀');

  for (const [encoding, encoded] of [
    ['UTF-8', (text: string) => Buffer.from(text)],
    ['UTF-8 with a mark', (text: string) => Buffer.from(`\uFEFF${text}`)],
    ['UTF-16', utf16],
    ['UTF-16 with the high byte first', (text: string) => utf16(text).swap16()],
  ] as const) {
    it(`keeps ${encoding}`, () => {
      expect(rewritten(encoded('a: ü\n'), answer)).to.deep.equal(encoded('a: ü\nb: 😀\n'));
    });
  }

  it('writes the line ends of Windows where all lines have them', () => {
    expect(String(rewritten('x: 1\r\na: ü\r\n', answer))).to.equal('x: 1\r\na: ü\r\nb: 😀\r\n');
    expect(String(rewritten('x: 1\r\na: ü\n', answer))).to.equal('x: 1\r\na: ü\nb: 😀\n');
  });

  it('leaves a file alone in which nothing changes', () => {
    const bytes = utf16('a: ü\r\n');
    expect(rewritten(bytes, (text) => text)).to.deep.equal(bytes);
  });
});
