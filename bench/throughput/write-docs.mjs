// Writes the tables and the plot of a saved result into docs/performance.md: `npm run bench:docs -- full`. The page marks
// the place of each table with `<!-- bench: name -->` and `<!-- end -->`.
import { readFileSync, writeFileSync } from 'node:fs';
import { drawGrowth } from './draw-growth.mjs';
import { savedResult } from './saved-result.mjs';
import { tablesOf } from './tables.mjs';

const PAGE = new URL('../../docs/performance.md', import.meta.url);
const PLOT = new URL('../../docs/pictures/throughput.svg', import.meta.url);

const { mode, events, rounds, cpus, memoryGb, node, commit, date, ...figures } = savedResult(process.argv[2] ?? 'full');
const tables = tablesOf({ events, ...figures });
const texts = {
  ...tables,
  conditions:
    `Measured on ${date} at commit \`${commit}\`, ${mode} mode: ${events.toLocaleString('en-US')} events, ` +
    `${rounds.length === 1 ? 'one round' : `median of ${rounds.length} rounds`}, ${cpus}, ${memoryGb} GB, Node ${node}.`,
  growth:
    tables.growth &&
    `![Throughput and peak memory over the number of events](pictures/throughput.svg)\n\n${tables.growth}`,
};
const page = readFileSync(PAGE, 'utf8').replaceAll(/<!-- bench: (\w+) -->\n[^]*?<!-- end -->/g, (place, name) =>
  texts[name] === undefined ? place : `<!-- bench: ${name} -->\n\n${texts[name]}\n\n<!-- end -->`,
);
writeFileSync(PAGE, page);
const { growth } = figures.scenarios;
if (growth !== undefined) writeFileSync(PLOT, drawGrowth(growth));
