// Shows where the CPU time of a contestant goes, by function and by file: `npm run bench:profile`, or with another
// contestant and size: `npm run bench:profile -- idiomatic --traces 50000`.
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contestantNamed } from '../throughput/contestants.mjs';
import { measureContestant } from '../throughput/measure/measure-contestant.mjs';
import { openWorld } from '../throughput/open-world.mjs';
import { REPOSITORY } from '../throughput/sluice-command.mjs';
import { selfTimes } from './self-times.mjs';

const SHOWN = 30;

const { values, positionals } = parseArgs({
  options: { traces: { type: 'string', default: '20000' } },
  allowPositionals: true,
});
const contestant = contestantNamed(positionals[0] ?? 'sluice');
const folder = mkdtempSync(join(tmpdir(), 'sluice-profile-'));
const profiled = {
  ...contestant,
  program: (events) => {
    const { command, ...program } = contestant.program(events);
    const [node, ...args] = command;
    return {
      ...program,
      command: [node, '--conditions=sluice-modules', '--cpu-prof', `--cpu-prof-dir=${folder}`, ...args],
    };
  },
};

const world = await openWorld({ traces: Number(values.traces) });
try {
  const { cpuMs } = await measureContestant(profiled, world);
  const profiles = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const { totalMs, functions, files } = selfTimes(profiles, REPOSITORY);
  console.log(`${contestant.label}: ${world.events} events, ${Math.round(cpuMs)} ms of CPU, profiled`);
  print('by function', functions, totalMs);
  print('by file', files, totalMs);
  console.log(`\nprofiles for the browser's developer tools: ${folder}`);
} finally {
  await world.close();
}

function print(title, times, totalMs) {
  console.log(`\n${title}`);
  for (const [name, ms] of [...times].toSorted(([, first], [, second]) => second - first).slice(0, SHOWN)) {
    console.log(`${((100 * ms) / totalMs).toFixed(1).padStart(6)} %  ${name}`);
  }
}
