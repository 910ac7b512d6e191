import { parseArgs } from 'node:util';
import { CONTESTANTS, contestantNamed } from './contestants.mjs';
import { SCENARIO_NAMES } from './scenarios/run-scenarios.mjs';

/** @returns what to run: `npm run bench -- --full`, or with other sizes and fewer contestants */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      full: { type: 'boolean', default: false },
      traces: { type: 'string' },
      rounds: { type: 'string' },
      only: { type: 'string' },
      scenarios: { type: 'string' },
      save: { type: 'string' },
    },
  });
  const { full, only, scenarios, save } = values;
  return {
    mode: full ? 'full' : 'small',
    traces: Number(values.traces ?? (full ? 300_000 : 8_000)),
    rounds: Number(values.rounds ?? (full ? 3 : 2)),
    contestants: only?.split(',').map(contestantNamed) ?? CONTESTANTS.filter(({ onlyInFull }) => full || !onlyInFull),
    scenarios: scenarios?.split(',') ?? SCENARIO_NAMES,
    save: save ?? (full ? 'full' : 'small'),
  };
}
