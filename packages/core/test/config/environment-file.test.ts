import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environmentFromFile, type Environment } from '#src/config/environment-file.js';
import { ConfigError } from '#src/contracts/errors.js';

describe('an environment file', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'sluice-environment-'));
    path = join(directory, 'variables');
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function read(text: string, environment: Environment = {}): Environment {
    writeFileSync(path, text);
    return environmentFromFile(path, environment);
  }

  function refused(text: string): ConfigError {
    try {
      read(text);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    return expect.fail('it was read');
  }

  it('has one variable per line, optionally with export, spaces around the sign, and Windows line ends', () => {
    expect(read('A=1\r\nexport B=2\r\n  C = three words \r\n')).to.deep.equal({ A: '1', B: '2', C: 'three words' });
  });

  it('reads an empty value as empty text', () => {
    expect(read('A=\nB=""\nC=\'\'\nD= # nothing\n')).to.deep.equal({ A: '', B: '', C: '', D: '' });
  });

  it('skips empty lines, comment lines, and comments after a value', () => {
    expect(read('# first\n\n  # second\nA=1 # one\nB="2" # two\nC=\'3\'# three\n')).to.deep.equal({
      A: '1',
      B: '2',
      C: '3',
    });
  });

  it('keeps a # inside a value, quoted or not', () => {
    expect(read('A=pass#word\nB="pass # word"\nC=\'# all\'\n')).to.deep.equal({
      A: 'pass#word',
      B: 'pass # word',
      C: '# all',
    });
  });

  it('reads escapes only in double quotes', () => {
    expect(
      read(String.raw`A="a\nb\t\"c\" \\ \$"` + '\n' + String.raw`B='a\nb'` + '\n' + String.raw`C=a\nb`),
    ).to.deep.equal({ A: 'a\nb\t"c" \\ $', B: String.raw`a\nb`, C: String.raw`a\nb` });
  });

  it('keeps the other kind of quotes, and = and quotes inside a value', () => {
    expect(read(`A="it's"\nB='say "a"'\nC=postgres://u:p=w@h/d?x="1"\n`)).to.deep.equal({
      A: "it's",
      B: 'say "a"',
      C: 'postgres://u:p=w@h/d?x="1"',
    });
  });

  it('does not expand variables', () => {
    expect(read('A=1\nB=$A\nC="${A}"\n')).to.deep.include({ B: '$A', C: '${A}' });
  });

  it('gives way to the environment of the process', () => {
    expect(read('A=file\nB=file\n', { A: 'process', C: 'process' })).to.deep.equal({
      A: 'process',
      B: 'file',
      C: 'process',
    });
  });

  it('lets the last of two lines win', () => {
    expect(read('A=1\nA=2\n')).to.deep.equal({ A: '2' });
  });

  it('reports every invalid line, but never its text', () => {
    const { problems, message } = refused('A=1\nhunter2\n1B=hunter2\nC="hunter2\n');
    expect(problems.map(({ line, column, code }) => `${line}:${column} ${code}`)).to.deep.equal([
      '2:1 invalid-line',
      '3:1 invalid-line',
      '4:1 invalid-line',
    ]);
    expect(message).to.not.include('hunter2');
    expect(refused('A=1\r\nhunter2\r\n').problems[0]).to.deep.include({ line: 2, endLine: 2, endColumn: 8 });
  });

  it('names the file that cannot be read', () => {
    expect(() => environmentFromFile(join(directory, 'none'), {})).to.throw(ConfigError, join(directory, 'none'));
  });
});
