import { expect } from 'chai';
import { SecretRedactor } from '#src/logging/secret-redactor.js';
import fc from 'fast-check';
import { readDocument } from '#src/document/read-document.js';
import { renderProblems } from '#src/document/render-problems.js';
import type { Problem } from '#src/contracts/problem.js';

function aProblem(overrides: Partial<Problem> = {}): Problem {
  const place = { file: '/elsewhere/pipeline.yaml', line: 1, column: 1, endLine: 1, endColumn: 2 };
  return { ...place, code: 'unknown-key', severity: 'error', message: 'unknown option `settel`', ...overrides };
}

function linesOf(text: string, problem: Problem): readonly string[] {
  return renderProblems([problem], { readFile: () => text, redactor: new SecretRedactor() }).split('\n');
}

/** The text above the mark. */
function marked(text: string, problem: Problem): string {
  const [, source = '', mark = ''] = linesOf(text, problem);
  return source.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1);
}

describe('rendered problems', () => {
  it('show the place, the code, the message, the line with a mark below it, and the help', () => {
    const problem = aProblem({ line: 2, column: 3, endLine: 2, endColumn: 9, help: 'did you mean `settle`?' });
    expect(linesOf('a:\n  settel: 30m\n', problem)).to.deep.equal([
      '/elsewhere/pipeline.yaml:2:3: error [unknown-key] unknown option `settel`',
      '  2 |   settel: 30m',
      '    |   ^^^^^^',
      '  help: did you mean `settle`?',
      '',
    ]);
  });

  for (const help of [
    'export API_KEY=…, add it to a file for --env-file, or give a default: ${API_KEY:-…}',
    'write `key: value`',
    'write it as postgres://user:password@host',
  ]) {
    it(`keep the help whole, whatever sounds like a secret in it: ${help}`, () => {
      expect(linesOf('a: b', aProblem({ help })).at(-2)).to.equal(`  help: ${help}`);
    });
  }

  for (const text of [
    'events: [{ event: e, properties: { token: concat(nmae, id) } }]\nsluice: 1\n',
    'streams: { visit: { key: [idd] } }\nsource: jsonl\nsluice: 1\n',
  ]) {
    const [line] = text.split('\n', 1);
    it(`show the line of a mapping or schema file, whatever it names: ${line}`, () => {
      expect(linesOf(text, aProblem())[1]).to.equal(`  1 | ${line}`);
    });
  }

  for (const rest of [
    'sluice: 1\npipeline: p',
    'sluice: 1\nsource: { use: records }',
    'sluice: 1\nforeach: [a]',
    'sluice: 1\ndoc: "cut off',
    'doc: entries of foreach',
  ]) {
    it(`hide what may be a secret in a file with ${rest.replace('\n', ', ')}`, () => {
      expect(linesOf(`apiKey: phc_abc\nevents: []\n${rest}\n`, aProblem())[1]).to.equal('  1 | apiKey: *******');
    });
  }

  it('quote no secret of a file that could not be parsed', () => {
    const url = 'postgres://reader:phc_abc@host/db';
    for (const secret of [':phc_abc', ': @phc_abc', ': !phc_abc', ': !phc_abc x', ': "x"phc_abc', `: @${url}`]) {
      const line = `apiKey${secret}`;
      const { problems } = readDocument('/elsewhere/pipeline.yaml', () => `${line}\nsluice: 1\n`);
      expect(problems).to.have.lengthOf.at.least(1);
      expect(renderProblems(problems, { readFile: () => line, redactor: new SecretRedactor() })).to.not.include('phc_');
    }
  });

  it('show tabs as spaces, so that the mark is below the text', () => {
    const problem = aProblem({ column: 5, endColumn: 8 });
    expect(linesOf('\ta:\tkey', problem).slice(1, 3)).to.deep.equal(['  1 |     a:    key', '    |           ^^^']);
  });

  it('mark the right column when the line number has several digits', () => {
    const problem = aProblem({ line: 120, column: 4, endLine: 120, endColumn: 7 });
    expect(linesOf(`${'\n'.repeat(119)}a: key`, problem).slice(1, 3)).to.deep.equal([
      '  120 | a: key',
      '      |    ^^^',
    ]);
  });

  it('mark the right columns after accents and umlauts', () => {
    expect(marked('größe: Ärger', aProblem({ column: 8, endColumn: 13 }))).to.equal('Ärger');
  });

  it('mark the right columns after characters that are two columns wide, or none', () => {
    const wide = '名前: key';
    expect(linesOf(wide, aProblem({ column: 5, endColumn: 8 }))[2]).to.equal('    |       ^^^');
    const emoji = '"🚀": key';
    expect(linesOf(emoji, aProblem({ column: 7, endColumn: 10 }))[2]).to.equal('    |       ^^^');
    const combining = 'e\u0301: key';
    expect(linesOf(combining, aProblem({ column: 5, endColumn: 8 }))[2]).to.equal('    |    ^^^');
  });

  it('mark as many columns as wide characters take', () => {
    expect(linesOf('a: 名前', aProblem({ column: 4, endColumn: 6 }))[2]).to.equal('    |    ^^^^');
  });

  it('mark any part of a line of plain characters', () => {
    const place = fc
      .tuple(fc.string({ unit: fc.constantFrom('a', 'b', ':', '\t', ' ', '{', '}', '"', 'é') }), fc.nat(), fc.nat())
      .map(([line, a, b]) => {
        const text = `x${line}x`;
        const [start, end] = [a % text.length, b % text.length].toSorted((left, right) => left - right);
        return { text, start: start ?? 0, end: (end ?? 0) + 1 };
      });
    fc.assert(
      fc.property(place, ({ text, start, end }) => {
        const problem = aProblem({ column: start + 1, endColumn: end + 1 });
        expect(marked(text, problem)).to.equal(text.slice(start, end).replaceAll('\t', '    '));
      }),
    );
  });

  it('show the part of a long line that is marked, on a screen that is too narrow', () => {
    const text = `    when: ${'name == 1 && '.repeat(9)}nmae == 2 && ${'name == 3 && '.repeat(9)}name == 4`;
    const shown = (problem: Problem): readonly string[] =>
      renderProblems([problem], { readFile: () => text, redactor: new SecretRedactor(), columns: 60 })
        .split('\n')
        .slice(1, 3);
    const start = text.indexOf('nmae') + 1;
    expect(shown(aProblem({ column: start, endColumn: start + 4 }))).to.deep.equal([
      '  1 | …= 1 && name == 1 && nmae == 2 && name == 3 && name =…',
      '    |                      ^^^^',
    ]);
    expect(shown(aProblem({ column: 5, endColumn: 9 }))).to.deep.equal([
      '  1 |     when: name == 1 && name == 1 && name == 1 && name…',
      '    |     ^^^^',
    ]);
    expect(shown(aProblem({ column: text.length, endColumn: text.length + 1 }))[0]).to.match(
      /^ {2}1 \| ….*name == 4$/u,
    );
  });

  it('fit the screen, and mark the same text, wherever a line is cut', () => {
    const place = fc.tuple(fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme-ascii' }), fc.nat(), fc.nat());
    fc.assert(
      fc.property(place, fc.integer({ min: 30, max: 120 }), ([line, a, b], columns) => {
        const text = `x${line.replaceAll(/[:@]/gu, 'c')}x`;
        const [start = 0, last = 0] = [a % text.length, b % text.length].toSorted((left, right) => left - right);
        const problem = aProblem({ column: start + 1, endColumn: last + 2 });
        const options = { readFile: () => text, redactor: new SecretRedactor(), columns };
        const [, source = '', mark = ''] = renderProblems([problem], options).split('\n');
        expect(Math.max(source.length, mark.length)).to.be.at.most(columns);
        const shown = source.slice(mark.indexOf('^'), mark.lastIndexOf('^') + 1);
        expect(shown).to.have.length.greaterThan(0);
        expect(text.slice(start, last + 1).startsWith(shown)).to.equal(true);
      }),
    );
  });

  it('mark to the end of the line when the problem ends on a later one', () => {
    expect(marked('a: [\n  1]', aProblem({ column: 4, endLine: 2, endColumn: 5 }))).to.equal('[');
  });

  it('mask a secret of several lines to the end of its first line', () => {
    const problem = aProblem({ code: 'secret-in-clear', column: 4, endLine: 2, endColumn: 2 });
    expect(linesOf('x: "sec\nret"', problem)[1]).to.equal('  1 | x: ****');
  });

  it('mark at least one column, even beyond the end of the line', () => {
    expect(linesOf('abc', aProblem({ column: 2, endColumn: 2 }))[2]).to.equal('    |  ^');
    expect(linesOf('abc', aProblem({ column: 4, endColumn: 9 }))[2]).to.equal('    |    ^');
  });

  it('are separated by an empty line, and omit a line that cannot be shown', () => {
    const problems = [aProblem(), aProblem({ line: 9, endLine: 9 })];
    const text = renderProblems(problems, { readFile: () => 'settel: 1', redactor: new SecretRedactor() });
    expect(text).to.equal(
      '/elsewhere/pipeline.yaml:1:1: error [unknown-key] unknown option `settel`\n  1 | settel: 1\n    | ^\n\n' +
        '/elsewhere/pipeline.yaml:9:1: error [unknown-key] unknown option `settel`\n',
    );
  });

  it('hide a password in a URL, even when the file could not be parsed', () => {
    const text = 'url: postgres://user:hunter2@host/db';
    expect(linesOf(text, aProblem({ code: 'invalid-yaml' })).join('\n')).to.not.include('hunter2');
  });
});
