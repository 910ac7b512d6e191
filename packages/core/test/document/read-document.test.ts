import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { locateFile, readDocument } from '#src/document/read-document.js';

const read = (path: string): string => readFileSync(path, 'utf8');

describe('a key that is a number', () => {
  const problemsOf = (text: string) => readDocument('/m.yaml', () => text).problems;

  for (const [key, number] of Object.entries({ '012': 12, '1.50': 1.5, '1e3': 1000, '+1': 1, '0x1F': 31 })) {
    it(`is refused where it would become another name: ${key}`, () => {
      expect(problemsOf(`a:\n  ${key}: id\n`)).to.deep.equal([
        {
          file: '/m.yaml',
          line: 2,
          column: 3,
          endLine: 2,
          endColumn: 3 + key.length,
          code: 'wrong-shape',
          severity: 'error',
          message: `YAML reads the key \`${key}\` as the number ${number}`,
          help: `quote the key: '${key}'`,
        },
      ]);
    });
  }

  it('is a name as it is written, or in quotes', () => {
    expect(problemsOf("12: id\n1.5: id\n-1: id\n'012': id\n")).to.deep.equal([]);
  });
});

describe('a file that cannot be read', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-read-'));
    writeFileSync(join(folder, 'langfuse.yaml'), 'a: 1\n');
    writeFileSync(join(folder, 'package.json'), '{}\n');
  });
  after(() => rmSync(folder, { recursive: true }));

  const said = (path: string): string => {
    const [problem] = readDocument(path, read).problems;
    return `${problem?.message} → ${problem?.help}`.replaceAll(folder, 'F');
  };

  it('is a folder, a misspelt file, or one that is not there', () => {
    expect(said(folder)).to.equal('F is a folder → name a file in it');
    expect(said(join(folder, 'langfuze.yaml'))).to.equal(
      'there is no file F/langfuze.yaml → did you mean `langfuse.yaml`?',
    );
    expect(said(join(folder, 'other.yaml'))).to.include('→ correct the path, or install the package');
    expect(said(join(folder, 'none', 'langfuse.yaml'))).to.include('→ correct the path, or install the package');
  });

  it('is a link to nothing or to itself, which is named', () => {
    symlinkSync('/nowhere/langfuse.yaml', join(folder, 'linked.yaml'));
    symlinkSync('circle.yaml', join(folder, 'circle.yaml'));
    expect(said(join(folder, 'linked.yaml'))).to.equal(
      'the link F/linked.yaml points to nothing → is /nowhere/langfuse.yaml mounted?',
    );
    expect(said(join(folder, 'circle.yaml'))).to.equal('a link in F/circle.yaml leads to itself → correct the link');
  });

  it('is named in the package that is installed, and else beside the file that names it', () => {
    const installed = (specifier: string) =>
      specifier === '@acme/maps/package.json' ? join(folder, 'package.json') : undefined;
    const located = (written: string) => locateFile(written, join(folder, 'x', 'm.yaml'), read, installed);
    expect(located('@acme/maps/langfuze.yaml')).to.equal(join(folder, 'langfuze.yaml'));
    expect(located('@acme/other/langfuze.yaml')).to.equal(join(folder, 'x', '@acme/other/langfuze.yaml'));
    expect(located('./none.yaml')).to.equal(join(folder, 'x', 'none.yaml'));
    expect(located('../langfuse.yaml')).to.equal(join(folder, 'langfuse.yaml'));
  });
});
