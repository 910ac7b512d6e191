import { scenarioOf } from './scenario.js';
import { simulateDisk } from './simulate-disk.js';
import { Simulation, type SimulationResult } from './simulation.js';

export interface SeedOptions {
  readonly records?: number;
  /** The numbers of the faults to leave out. */
  readonly without?: readonly number[];
}

/**
 * The minimum that every seed must have seen, unless it was shrunk. Faults come at random: one seed in some thousands has two.
 * That each kind comes is asked of all seeds together.
 */
const LEAST = { records: 300, windows: 2, faults: 1 };

/** A real disk is slow, so it is tested once per this many seeds. */
const SEEDS_PER_DISK = 5;

/** Simulates one seed, and for some seeds the disk of the file state store as well. */
export async function runSeed(seed: number, options: SeedOptions = {}): Promise<SimulationResult> {
  const result = await simulate(seed, options);
  // The file state store cannot be shared.
  if (seed % SEEDS_PER_DISK !== 0 || result.sharingWorkers > 0) return result;
  return { ...result, violations: [...result.violations, ...(await simulateDisk(seed))] };
}

async function simulate(seed: number, options: SeedOptions): Promise<SimulationResult> {
  const result = await new Simulation(scenarioOf(seed, options)).run();
  const isCutDown = options.records !== undefined || (options.without ?? []).length > 0;
  if (isCutDown || result.violations.length > 0) return result;
  const { records, windows, faults, sharingWorkers, mostAtOnce } = result;
  const seen = { records, windows, faults: faults.length, mostAtOnce };
  const isEnough =
    seen.records >= LEAST.records &&
    seen.windows >= LEAST.windows &&
    seen.faults >= LEAST.faults &&
    seen.mostAtOnce >= sharingWorkers;
  if (isEnough) return result;
  return { ...result, violations: [`too little happened in the simulation: ${JSON.stringify(seen)}`] };
}

/** The command to simulate a seed again. */
export function commandOf(seed: number, { records, without = [] }: SeedOptions = {}): string {
  const options = [
    `--seed ${seed}`,
    ...(records === undefined ? [] : [`--records ${records}`]),
    ...(without.length === 0 ? [] : [`--without ${without.join(',')}`]),
  ];
  return `npm run simulate -- ${options.join(' ')}`;
}
