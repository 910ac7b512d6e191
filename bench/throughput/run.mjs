// All contestants in one interleaved run on one data set: `npm run bench`, or `npm run bench -- --full`. Compare ratios:
// contestant, database and receiver share the processors.
import { machineOf } from './machine.mjs';
import { marksOf } from './marks.mjs';
import { openWorld } from './open-world.mjs';
import { readOptions } from './options.mjs';
import { tablesOf } from './tables.mjs';
import { runRounds } from './run-rounds.mjs';
import { assureSameJob } from './same-job.mjs';
import { saveResult } from './saved-result.mjs';
import { runScenarios } from './scenarios/run-scenarios.mjs';
import { summarise } from './summarise.mjs';

const {
  mode,
  traces,
  rounds: roundCount,
  contestants,
  scenarios: scenarioNames,
  save,
} = readOptions(process.argv.slice(2));
const begunMs = performance.now();
const report = (text) => console.error(`${((performance.now() - begunMs) / 1000).toFixed(0).padStart(5)} s  ${text}`);

report(`making ${traces.toLocaleString('en-US')} traces`);
const world = await openWorld({ traces });
try {
  const compared = await assureSameJob(contestants, world);
  report(`all contestants do the same job: ${compared.toLocaleString('en-US')} events compared`);
  const rounds = await runRounds({ contestants, rounds: roundCount }, world, report);
  const { events } = world;
  const summary = summarise(contestants, rounds, events);
  const scenarios = await runScenarios(scenarioNames, world, { mode, summary, report });
  const marks = marksOf({ rounds, events, scenarios });
  const result = { ...machineOf(), mode, traces, events, summary, marks, scenarios, rounds };
  saveResult(save, result);
  console.log(Object.values(tablesOf(result)).join('\n\n'));
} finally {
  await world.close();
}
