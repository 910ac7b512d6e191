import { markdownTable } from './markdown-table.mjs';

/** The tables of a result by name, as Markdown: for the terminal and for docs/performance.md. */
export function tablesOf({ summary, events, marks, scenarios }) {
  const { growth, hourly, sparse, start } = scenarios;
  return {
    contestants: contestantTable(summary, events),
    marks: markTable(marks),
    ...(growth && { growth: growthTable(growth) }),
    ...(hourly && { hourly: hourlyTable(hourly) }),
    ...(sparse && { sparse: sparseTable(sparse) }),
    ...(start && { start: startTable(start) }),
  };
}

function contestantTable(summary, events) {
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
  const rows = summary.map(({ label, delivers, ...figures }) => [
    label,
    thousands(figures.eventsPerSecond),
    decimal(figures.nodeCpuUs),
    decimal(figures.databaseCpuUs),
    whole(figures.peakRssMb),
    whole(figures.requests),
    decimal(figures.wireMb),
    deliveredText(delivers, figures.delivered, events),
  ]);
  return markdownTable(head, rows);
}

function deliveredText(delivers, delivered, events) {
  if (delivers === 'none') return '–';
  return delivered >= events ? 'all' : `${whole(delivered)} (${Math.round((100 * delivered) / events)} %)`;
}

function markTable(marks) {
  const rows = marks
    .filter(({ measured }) => Number.isFinite(measured))
    .map(({ figure, mark, dream, measured }) => {
      const isMore = dream > mark;
      const isMet = isMore ? measured >= mark : measured <= mark;
      return [figure, `${isMore ? '≥' : '≤'} ${mark}`, String(dream), measured.toFixed(2), isMet ? 'yes' : 'no'];
    });
  return markdownTable(['figure', 'mark', 'dream', 'measured', 'met'], rows);
}

function growthTable(growth) {
  const rows = Object.entries(growth).flatMap(([name, points]) =>
    points.map(({ events, eventsPerSecond, nodeCpuUs, databaseCpuUs, peakRssMb }) => [
      name,
      whole(events),
      thousands(eventsPerSecond),
      decimal(nodeCpuUs),
      decimal(databaseCpuUs),
      whole(peakRssMb),
    ]),
  );
  const head = ['contestant', 'events', 'thousand events/s', 'Node CPU, µs/event', 'database CPU, µs/event'];
  return markdownTable([...head, 'peak memory, MB'], rows);
}

function hourlyTable({ once, tenfold }) {
  const rows = [once, tenfold].map(({ events, delivered, databaseMs, databaseCpuMs }) => [
    whole(events),
    whole(delivered),
    decimal(databaseMs),
    decimal(databaseCpuMs),
  ]);
  return markdownTable(['events in the table', 'delivered by a run', 'database time, ms', 'database CPU, ms'], rows);
}

function sparseTable({ events, days, wallMs, cpuMs, requests }) {
  const row = [whole(events), whole(days), decimal(wallMs / 1000), decimal(cpuMs / 1000), whole(requests)];
  return markdownTable(['events', 'days', 'seconds', 'CPU of Node, s', 'requests'], [row]);
}

function startTable({ node, version, connection, libraries, idleRun }) {
  const labels = [
    ['`node -e 0`', node],
    ['`sluice --version`', version],
    ['`node` with one connection', connection],
    ['`node` with the libraries of Sluice and one connection', libraries],
    ['`sluice run` with nothing to do', idleRun],
  ];
  const rows = labels.map(([label, { wallMs, cpuMs }]) => [label, whole(wallMs), whole(cpuMs)]);
  return markdownTable(['program', 'ms', 'CPU, ms'], rows);
}

function whole(number) {
  return Math.round(number).toLocaleString('en-US');
}

function thousands(number) {
  return decimal(number === undefined ? undefined : number / 1000);
}

function decimal(number) {
  if (number === undefined) return '–';
  return number.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
