import { scenarioOf } from './scenario.js';
import { runSeed, type SeedOptions } from './run-seed.js';

/** The minimum number of records. */
const FEWEST_RECORDS = 10;

/** Removes faults one by one, and halves the number of records, as long as the seed still fails. */
export async function shrink(seed: number): Promise<SeedOptions> {
  let smallest: SeedOptions = {};
  const stillFails = async (options: SeedOptions) => (await runSeed(seed, options)).violations.length > 0;
  for (const { number } of scenarioOf(seed).faults) {
    const options = { ...smallest, without: [...(smallest.without ?? []), number] };
    if (await stillFails(options)) smallest = options;
  }
  for (let records = 150; records >= FEWEST_RECORDS; records = Math.floor(records / 2)) {
    const options = { ...smallest, records };
    if (!(await stillFails(options))) break;
    smallest = options;
  }
  return smallest;
}
