// All contestants in one interleaved run on one data set: `npm run bench`, or `npm run bench -- --full`. Compare ratios:
// contestant, database and receiver share the processors.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fillLangfuse } from '../data/fill-langfuse.mjs';
import { machineOf } from './machine.mjs';
import { marksOf } from './marks.mjs';
import { watchDatabase } from './measure/database-figures.mjs';
import { readOptions } from './options.mjs';
import { reportOf } from './print-report.mjs';
import { startReceiver } from './receiver/start-receiver.mjs';
import { assureSameJob } from './same-job.mjs';
import { runRounds } from './run-rounds.mjs';
import { startPostgres } from './start-postgres.mjs';
import { summarise } from './summarise.mjs';

/** Enough for every kind of row. */
const SAME_JOB_TRACES = 120;

const options = readOptions(process.argv.slice(2));
const begunMs = performance.now();
const report = (text) => console.error(`${((performance.now() - begunMs) / 1000).toFixed(0).padStart(5)} s  ${text}`);

const postgres = await startPostgres();
const receiver = await startReceiver();
try {
  report(`making ${options.traces.toLocaleString('en-US')} traces`);
  const events = await fillLangfuse(postgres.url, options);
  const emptyUrl = await postgres.createDatabase('empty');
  await fillLangfuse(emptyUrl, { traces: 0 });
  const database = await watchDatabase(postgres.url);
  const world = { databaseUrl: postgres.url, emptyUrl, events, database, receiver };

  const smallUrl = await postgres.createDatabase('small');
  const small = await fillLangfuse(smallUrl, { traces: SAME_JOB_TRACES });
  const compared = await assureSameJob(options.contestants, { ...world, databaseUrl: smallUrl, events: small });
  report(`all contestants do the same job: ${compared.toLocaleString('en-US')} events compared`);

  const rounds = await runRounds(options, world, report);
  const scenarios = {};
  const result = { ...machineOf(), mode: options.mode, traces: options.traces, events };
  const marks = marksOf({ rounds, events, scenarios });
  const summary = summarise(rounds, events);
  await database.close();
  save({ ...result, summary, marks, scenarios, rounds });
  console.log(
    `\n${events.toLocaleString('en-US')} events, ${options.rounds} rounds\n\n${reportOf({ summary, events, marks })}`,
  );
} finally {
  receiver.stop();
  await postgres.stop();
}

function save(result) {
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${options.save}.json`, folder), `${JSON.stringify(result, null, 2)}\n`);
}
