// Compares two commits in one interleaved run, by ratio: `npm run bench:compare -- <before> <after>`. Exits with 1 if the
// CPU per event of Node or of the database has grown by more than a tenth.
import { parseArgs } from 'node:util';
import { contestantNamed, sluice } from '../throughput/contestants.mjs';
import { markdownTable } from '../throughput/markdown-table.mjs';
import { openWorld } from '../throughput/open-world.mjs';
import { runRounds } from '../throughput/run-rounds.mjs';
import { ratioOf } from '../throughput/summarise.mjs';
import { buildCommit } from './build-commit.mjs';

const FIGURES = [
  { figure: 'nodeCpuUs', label: 'CPU of Node per event', most: 1.1 },
  { figure: 'databaseCpuUs', label: 'CPU of the database per event', most: 1.1 },
  { figure: 'peakRssMb', label: 'peak memory', most: Infinity },
  { figure: 'eventsPerSecond', label: 'events per second', most: Infinity },
];

const { values, positionals } = parseArgs({
  options: { traces: { type: 'string', default: '10000' }, rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
if (positionals.length !== 2) throw new Error('usage: npm run bench:compare -- <commit> <commit>');

const builds = [];
try {
  for (const commit of positionals) builds.push(buildCommit(commit));
  const [before, after] = builds.map(({ name, repository }, index) =>
    sluice(`${index} ${name}`, `Sluice at ${name}`, { repository }),
  );
  // The loop does not change with the commits: it shows how steady the machine was.
  const contestants = [before, after, contestantNamed('idiomatic')];
  const world = await openWorld({ traces: Number(values.traces) });
  try {
    const rounds = await runRounds({ contestants, rounds: Number(values.rounds) }, world, console.error);
    const ratio = (figure, above, below) => ratioOf(rounds, world.events, figure, above.name, below.name);
    const rows = FIGURES.map(({ figure, label }) => [
      label,
      ratio(figure, after, before).toFixed(3),
      ...[before, after].map((commit) => ratio(figure, commit, contestants[2]).toFixed(3)),
    ]);
    const head = ['ratio', 'after ÷ before', 'before ÷ idiomatic loop', 'after ÷ idiomatic loop'];
    console.log(markdownTable(head, rows));
    const grown = FIGURES.filter(({ figure, most }) => ratio(figure, after, before) > most);
    for (const { label, most } of grown) console.error(`${label} has grown by more than a factor of ${most}`);
    process.exitCode = grown.length === 0 ? 0 : 1;
  } finally {
    await world.close();
  }
} finally {
  for (const { remove } of builds) remove();
}
