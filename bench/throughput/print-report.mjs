import { contestantNamed } from './contestants.mjs';

/** The tables of a result, as Markdown: for the terminal and for docs/performance.md. */
export function reportOf({ summary, events, marks }) {
  return [contestantTable(summary, events), markTable(marks)].join('\n\n');
}

function contestantTable(summary, events) {
  const rows = Object.entries(summary).map(([name, figures]) => {
    const { label, delivers } = contestantNamed(name);
    return [
      label,
      decimal(figures.eventsPerSecond / 1000),
      decimal(figures.nodeCpuUs),
      decimal(figures.databaseCpuUs),
      whole(figures.peakRssMb),
      whole(figures.requests),
      decimal(figures.wireMb),
      delivers === 'none'
        ? '–'
        : figures.delivered >= events
          ? 'all'
          : `${whole(figures.delivered)} (${Math.round((100 * figures.delivered) / events)} %)`,
    ];
  });
  const head = [
    'contestant',
    'thousand events/s',
    'Node CPU, µs/event',
    'database CPU, µs/event',
    'peak memory, MB',
    'requests',
    'MB sent',
    'delivered',
  ];
  return table(head, rows);
}

function markTable(marks) {
  const rows = marks
    .filter(({ measured }) => measured !== undefined)
    .map(({ figure, mark, dream, measured }) => {
      const isMet = dream > mark ? measured >= mark : measured <= mark;
      return [figure, `${dream > mark ? '≥' : '≤'} ${mark}`, String(dream), measured.toFixed(2), isMet ? 'yes' : 'no'];
    });
  return table(['figure', 'mark', 'dream', 'measured', 'met'], rows);
}

function table(head, rows) {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}

const whole = (number) => Math.round(number).toLocaleString('en-US');
const decimal = (number) => number.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
