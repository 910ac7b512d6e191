import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { SEALED } from './theme.js';

/** What the further lines of a line are indented by: its indent, its mark, and a short label before a gap. */
const HANGING = /^ *(?:[\u2713!\u2717?\u2192\u00b7~+-] +)?(?:\S(?: ?\S){0,22} {2,})?/u;
/** `sluice: …` and `file.yaml:7:10: …` */
const MESSAGE = /^(?:sluice|\S+:\d+:\d+): /u;
const MESSAGE_INDENT = 2;
const LEAST_COLUMNS = 30;
/** Lines that are too long are broken between words, with a hanging indent. A longer word is left to the terminal. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (stringWidth(line) <= columns ? line : wrappedLine(line, Math.max(columns, LEAST_COLUMNS))))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  const hanging = MESSAGE.test(plain) ? MESSAGE_INDENT : (HANGING.exec(plain)?.[0].length ?? 0);
  const indent = hanging > columns / 2 ? 2 : hanging;
  const start = indexAt(line, indent);
  const [first = '', ...further] = linesOf(line.slice(start), columns - indent);
  return [line.slice(0, start) + first, ...further.map((each) => ' '.repeat(indent) + each)].join('\n');
}

/** As many words on each line as fit. Styles go on over the end of a line. */
function linesOf(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let width = 0;
  for (const word of text.split(' ')) {
    const wordWidth = stringWidth(word);
    const last = lines.length - 1;
    if (last >= 0 && width + 1 + wordWidth <= columns) {
      lines[last] += ` ${word}`;
      width += 1 + wordWidth;
    } else {
      if (last >= 0) lines[last] = lines[last]?.trimEnd() ?? '';
      lines.push(word);
      width = wordWidth;
    }
  }
  return lines;
}

/** Where the visible characters begin after as many as `visible`. */
function indexAt(line: string, visible: number): number {
  const parts = new RegExp(String.raw`${SEALED}|.`, 'gsu');
  let left = visible;
  for (const { index, groups } of line.matchAll(parts)) {
    if (left === 0) return index;
    if (groups?.['code'] === undefined) left -= 1;
  }
  return line.length;
}
