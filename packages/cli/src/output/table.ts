import stringWidth from 'string-width';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';

/** What a narrow terminal shows on one line. */
const COLUMNS = 80;
const GAP = '  ';

/**
 * Rows of text in columns. The first row is the heading; every column but the first is aligned to the right. Columns of
 * zeros are left out, except the first two. A heading is broken between words when the table would be too wide.
 */
export function table(rows: readonly (readonly string[])[]): string {
  const [heading = [], ...body] = rows.map((row) => row.map(onOneLine));
  const kept = heading.flatMap((_, index) => (index > 1 && isZero(body, index) ? [] : [index]));
  const cells = body.map((row) => kept.map((index) => row[index] ?? ''));
  const titles = kept.map((index) => heading[index] ?? '');
  const wide = columnWidths([titles, ...cells]);
  const isTooWide = wide.reduce((sum, width) => sum + width + GAP.length, -GAP.length) > COLUMNS;
  const headingLines = isTooWide ? brokenHeadings(titles, columnWidths(cells)) : [titles];
  const widths = columnWidths([...headingLines, ...cells]);
  const line = (row: readonly string[]) => row.map((cell, index) => padded(cell, widths[index] ?? 0, index)).join(GAP);
  return [
    ...headingLines.map((each) => theme.quiet(line(each))),
    theme.quiet(widths.map((width) => '─'.repeat(width)).join(GAP)),
    ...cells.map(line),
  ].join('\n');
}

function isZero(body: readonly (readonly string[])[], index: number): boolean {
  return body.length > 0 && body.every((row) => row[index] === '0');
}

function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  return Array.from({ length: count }, (_, index) => Math.max(...rows.map((row) => stringWidth(row[index] ?? ''))));
}

function padded(cell: string, width: number, index: number): string {
  const space = ' '.repeat(width - stringWidth(cell));
  return index === 0 ? cell + space : space + cell;
}

/** Each heading on as few lines as its column allows, the last words at the bottom. */
function brokenHeadings(titles: readonly string[], widths: readonly number[]): readonly (readonly string[])[] {
  const broken = titles.map((title, index) => {
    const lines: string[] = [];
    for (const word of title.split(' ')) {
      const longer = `${lines.at(-1) ?? ''} ${word}`;
      if (lines.length > 0 && longer.length <= (widths[index] ?? 0)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  });
  const height = Math.max(...broken.map((lines) => lines.length));
  return Array.from({ length: height }, (_, at) => broken.map((lines) => lines[lines.length - height + at] ?? ''));
}
