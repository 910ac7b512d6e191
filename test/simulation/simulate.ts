import { parseArgs } from 'node:util';
import { emptyCells, renderCoverage, workersText } from './coverage.js';
import { commandOf, runSeed, type SeedOptions } from './run-seed.js';
import { seedsFrom } from './scenario.js';
import { shrink } from './shrink.js';
import { simulateMany } from './simulate-many.js';

const HELP = `npm run simulate -- [--seeds N] [--from S]     simulates N seeds, from S on (1,000 from 0)
npm run simulate -- --shared [--seeds N] [--from S]  N seeds whose workers share the pipeline
npm run simulate -- --until-failure [--seeds N]     one seed after another, until one fails
npm run simulate -- --seed S [--records N] [--without 1,2]   one seed, cut down; says what became of it`;

/** With this many seeds every cell of the matrix must be covered. */
const SEEDS_THAT_COVER = 240;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    records: { type: 'string' },
    without: { type: 'string' },
    shared: { type: 'boolean', default: false },
    'until-failure': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(HELP);
else if (values.seed !== undefined) process.exitCode = await one(number(values.seed));
else process.exitCode = values['until-failure'] ? await untilFailure() : await many();

async function many(): Promise<number> {
  const begunMs = performance.now();
  const asked = askedSeeds();
  const result = await simulateMany(asked, (seeds) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${seeds} seeds`);
  });
  const { seeds, coverage, failed } = result;
  console.log(`${renderCoverage(coverage)}\n`);
  const empty = emptyCells(coverage);
  for (const { seed, violations } of failed) console.log(`seed ${seed}: ${violations[0]}\n  ${commandOf(seed)}`);
  const [first] = failed;
  if (first) console.log(`the first one, shrunk:\n  ${commandOf(first.seed, await shrink(first.seed))}`);
  const mustCover = seeds >= SEEDS_THAT_COVER && failed.length === 0 && !values.shared;
  if (mustCover && empty.length > 0) console.log(`not covered: ${empty.join(', ')}`);
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  const range = `${asked[0] ?? '-'} to ${asked.at(-1) ?? '-'}`;
  console.log(`${workersText(coverage)}; the seeds are from ${range}`);
  console.log(`${seeds} seeds simulated in ${seconds} s, ${failed.length} failed, ${empty.length} cells empty`);
  return failed.length > 0 || (mustCover && empty.length > 0) ? 1 : 0;
}

async function untilFailure(): Promise<number> {
  const asked = askedSeeds();
  for (const [index, seed] of asked.entries()) {
    const [violation] = (await runSeed(seed)).violations;
    if (violation === undefined) continue;
    console.log(`${index + 1} ${index === 0 ? 'seed' : 'seeds'}: ${violation.split('\n')[0]}`);
    return 1;
  }
  console.log(`${asked.length} seeds, 0 failed`);
  return 0;
}

async function one(seed: number): Promise<number> {
  const options: SeedOptions = {
    ...(values.records === undefined ? {} : { records: number(values.records) }),
    ...(values.without === undefined ? {} : { without: values.without.split(',').map(number) }),
  };
  const { violations, faults, records, windows } = await runSeed(seed, options);
  console.log(`${records} records, ${windows} windows; faults:`);
  for (const { number: index, step, fault } of faults) console.log(`  ${index}: ${fault} at ${step}`);
  for (const violation of violations) console.log(`✗ ${violation}`);
  console.log(violations.length === 0 ? 'every record is accounted for' : `${violations.length} violations`);
  return violations.length === 0 ? 0 : 1;
}

function askedSeeds(): readonly number[] {
  return seedsFrom(number(values.from), number(values.seeds), { onlyShared: values.shared });
}

function number(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new Error(`${text} is not a number of seeds, records or faults\n${HELP}`);
}
