/** The first column is text, the others are numbers. Aligned as prettier does it. */
export function markdownTable(head, rows) {
  const widths = head.map((title, column) => Math.max(3, ...[title, ...rows.map((row) => row[column])].map(widthOf)));
  const cell = (text, column) => {
    const space = ' '.repeat(widths[column] - widthOf(text));
    return column === 0 ? text + space : space + text;
  };
  const line = (cells) => `| ${cells.map(cell).join(' | ')} |`;
  const rule = widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

function widthOf(text) {
  return [...text].length;
}
