import { parentPort, workerData } from 'node:worker_threads';
import { addCoverage, coverageOf, type Coverage } from './coverage.js';
import { runSeed } from './run-seed.js';

export interface ThreadTask {
  readonly seeds: readonly number[];
}

/** A message of a thread: a failed seed, or how many more succeeded and what they covered. */
export type ThreadMessage =
  | { readonly kind: 'failed'; readonly seed: number; readonly violations: readonly string[] }
  | { readonly kind: 'simulated'; readonly seeds: number; readonly coverage: Coverage };

const TELL_EVERY = 50;

const port = parentPort;
if (port === null) throw new Error('run simulate.js instead: this file is one of its threads');
const { seeds: asked }: ThreadTask = workerData;
let coverage: Coverage = {};
let seeds = 0;
const tell = () => {
  port.postMessage({ kind: 'simulated', seeds, coverage } satisfies ThreadMessage);
  [coverage, seeds] = [{}, 0];
};
for (const seed of asked) {
  const result = await runSeed(seed);
  coverage = addCoverage(coverage, coverageOf(result));
  seeds += 1;
  const { violations } = result;
  if (violations.length > 0) port.postMessage({ kind: 'failed', seed, violations } satisfies ThreadMessage);
  if (seeds === TELL_EVERY) tell();
}
tell();
