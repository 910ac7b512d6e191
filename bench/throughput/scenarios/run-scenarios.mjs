import { growth } from './growth.mjs';
import { hourlyRun } from './hourly-run.mjs';
import { sparseHistory } from './sparse-history.mjs';
import { start } from './start.mjs';

/** The hourly run comes last, because it adds rows to the database of the rounds. */
const SCENARIOS = { start, sparse: sparseHistory, growth, hourly: hourlyRun };

export const SCENARIO_NAMES = Object.keys(SCENARIOS);

/** @returns {Promise<Record<string, object>>} what each scenario found, by its name */
export async function runScenarios(names, world, context) {
  const found = {};
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    if (names.includes(name)) found[name] = await scenario(world, context);
  }
  return found;
}
