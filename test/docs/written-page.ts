import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** If set, a run writes the files instead of comparing them. */
const WRITES = process.env['SLUICE_WRITE_TABLES'] === '1';

/** Compares a file of the repository with its generated text. */
export function expectWritten(file: string, text: string): void {
  const path = `${ROOT}${file}`;
  if (WRITES) writeFileSync(path, text);
  else expect(readFileSync(path, 'utf8'), `${file}: run the test with SLUICE_WRITE_TABLES=1`).to.equal(text);
}

/** Compares the part of a page between `<!-- name -->` and `<!-- end of name -->` with its generated text. */
export function expectWrittenPart(file: string, name: string, text: string): void {
  const page = readFileSync(`${ROOT}${file}`, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  expect(from, begin).to.be.greaterThan(-1);
  expect(to, end).to.be.greaterThan(from);
  expectWritten(file, `${page.slice(0, from + begin.length)}\n\n${text.trimEnd()}\n\n${page.slice(to)}`);
}
