import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { onOneLine, screenText } from '#src/terminal/screen-text.js';
import { theme, unbroken } from '#src/terminal/theme.js';

const plain = { colour: false };
const coloured = { colour: true };

const HOSTILE = [
  ['a colour', '\u001B[31mred\u001B[0m'],
  ['a cursor movement', '\u001B[2J\u001B[H'],
  ['a hyperlink', '\u001B]8;;https://evil.example\u0007click\u001B]8;;\u0007'],
  ['a window title', '\u001B]0;title\u001B\\'],
  ['a device control string', '\u001BPq#0\u001B\\'],
  ['an 8-bit escape sequence', '\u009B31m'],
  ['a carriage return', 'safe\rforged'],
  ['backspaces and a delete', 'a\b\b\u007F'],
  ['a bell and a null', '\u0007\u0000'],
  ['a bidirectional override', 'user\u202Etxt.exe\u202C'],
  ['a bidirectional isolate', '\u2066admin\u2069'],
  ['marks of direction', '\u200E\u200F\u061C'],
  ['a character of no width', 'ac\u200Bme\uFEFF\u2060'],
  ['line separators', 'one\u2028two\u2029three\u0085four'],
  ['half a character', '\uD800'],
  ['tag characters', '\u{E0041}\u{E007F}'],
  ['a filler that looks empty', '\u3164\u115F'],
] as const;

const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

const anyText = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE.map(([, text]) => text), '\n', ' ', '::')))
  .map((parts) => parts.join(''));

describe('text on the screen', () => {
  for (const [what, text] of HOSTILE) {
    it(`shows ${what} instead of obeying it`, () => {
      for (const options of [plain, coloured, { ...coloured, columns: 40 }]) {
        expect(screenText(text, options))
          .to.match(/\\(?:u[\da-f]{4}|r|t)/u)
          .and.not.match(FORBIDDEN);
      }
    });
  }

  it('wraps a message below its beginning, and a paragraph at the margin', () => {
    const words = 'one two three four five six seven eight nine';
    const lines = (text: string): readonly string[] => screenText(text, { colour: false, columns: 40 }).split('\n');
    expect(lines(`sluice: ${words}`)[1]).to.equal('  seven eight nine');
    expect(lines(`m.yaml:7:10: error [x] ${words}`)[1]).to.match(/^ {2}\w/u);
    expect(lines(`${words} ${words}`)[1]).to.match(/^\w/u);
  });

  it('has no hidden character but the line feed, whatever the text', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.boolean(),
        fc.option(fc.integer({ min: 20, max: 120 }), { nil: undefined }),
        (text, colour, columns) => {
          expect(screenText(text, { colour, columns }).replaceAll('\n', '')).to.not.match(FORBIDDEN);
          expect(onOneLine(text)).to.not.match(FORBIDDEN);
        },
      ),
    );
  });

  it('has only the colours of the theme, whatever text is styled', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = screenText(`${theme.bad(text)} ${text}`, coloured);
        expect(shown.split('\u001B')).to.have.length(3);
        expect(stripVTControlCharacters(shown).replaceAll('\n', '')).to.not.match(FORBIDDEN);
      }),
    );
  });

  it('keeps JSON the same JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), anyText, (value, text) => {
        const json = JSON.stringify({ value, [text]: text }, null, 2);
        const shown = screenText(json, plain);
        expect(JSON.parse(shown)).to.deep.equal(JSON.parse(json));
        expect(shown.replaceAll('\n', '')).to.not.match(FORBIDDEN);
      }),
    );
  });

  it('leaves what people write as it is', () => {
    const text = 'Grüße, 你好, ﷽, नमस्ते, ❤️ 👨‍👩‍👧 👍🏽, “quotes” – and 1 000 €\n';
    expect(screenText(text, plain)).to.equal(text);
  });

  it('lets no line be a command for GitHub, except our own', () => {
    for (const text of [
      '::error file=a::b',
      '  \t::set-output name=x::y',
      'x\n::stop-commands::z',
      '##[error]x',
      theme.bad('::debug::x'),
    ]) {
      expect(screenText(text, plain)).to.not.match(/^\s*::|##\[/mu);
      expect(screenText(text, coloured)).to.not.match(new RegExp(String.raw`^(?:\s|\u001B\[\d+m)*::|##\[`, 'mu'));
    }
    expect(screenText('::error file=a::b', { ...plain, isWorkflow: true })).to.equal('::error file=a::b');
    expect(screenText('listens on [::1]:9464, ::1', plain)).to.equal('listens on [::1]:9464, ::1');
  });

  it('shows styles as colours where they are wanted, and drops them elsewhere', () => {
    expect(screenText(theme.ok('✓'), coloured)).to.equal('\u001B[32m✓\u001B[39m');
    expect(screenText(theme.ok('✓'), plain)).to.equal('✓');
  });
});

describe('a line that is too long', () => {
  const at = (columns: number, text: string) => screenText(text, { colour: false, columns }).split('\n');

  it('is broken between words, below its text', () => {
    expect(at(40, '  ✗ role: may not read the table observations of the schema public')).to.deep.equal([
      '  ✗ role: may not read the table',
      '    observations of the schema public',
    ]);
    expect(at(40, '  last run        failed because of something that went wrong')).to.deep.equal([
      '  last run        failed because of',
      '                  something that went',
      '                  wrong',
    ]);
  });

  it('keeps words and commands whole', () => {
    const address = `https://example.com/${'path/'.repeat(20)}`;
    expect(at(40, `see ${address}`)).to.deep.equal(['see', address]);
    const command = 'sluice dead-letters list pipeline.yaml --env-file .env';
    expect(at(40, `next: ${unbroken(command)}`)).to.deep.equal(['next:', command]);
  });

  it('is measured as it is shown: wide characters, and what was made visible', () => {
    expect(at(30, '你好'.repeat(4) + ' ' + '你好'.repeat(4))).to.have.length(2);
    expect(at(30, `${'\u202E'.repeat(4)} ${'\u202E'.repeat(4)}`)).to.have.length(2);
  });

  it('is as long as the terminal allows, whatever its styles', () => {
    const words = 'some words that are styled and go on for a while'.split(' ');
    const styled = words.map((word) => theme.quiet(word)).join(' ');
    expect(at(30, styled)).to.deep.equal(at(30, words.join(' ')));
  });
});
