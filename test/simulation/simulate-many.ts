import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { addCoverage, type Coverage } from './coverage.js';
import type { ThreadMessage, ThreadTask } from './simulate-thread.js';

interface FailedSeed {
  readonly seed: number;
  readonly violations: readonly string[];
}

export interface Simulated {
  readonly seeds: number;
  readonly coverage: Coverage;
  readonly failed: readonly FailedSeed[];
}

/** After this many failures the others are likely the same. */
const ENOUGH_FAILURES = 5;

/** A thread has to load and compile the engine anew, which takes as long as some seeds. */
const SEEDS_OF_A_THREAD = 12;

/** Simulates the seeds with up to a thread per core. Ends early when enough have failed. */
export async function simulateMany(
  asked: readonly number[],
  onProgress: (seeds: number) => void = () => undefined,
): Promise<Simulated> {
  let coverage: Coverage = {};
  let seeds = 0;
  const failed: FailedSeed[] = [];
  const step = Math.max(1, Math.min(availableParallelism(), Math.ceil(asked.length / SEEDS_OF_A_THREAD)));
  const threads = Array.from({ length: step }, (_, index) => {
    const workerData: ThreadTask = { seeds: asked.filter((_seed, position) => position % step === index) };
    return new Worker(new URL('simulate-thread.js', import.meta.url), { workerData });
  });
  const ends = threads.map(
    (thread) =>
      new Promise<void>((resolve, reject) => {
        thread.on('message', (message: ThreadMessage) => {
          if (message.kind === 'failed') {
            failed.push({ seed: message.seed, violations: message.violations });
            if (failed.length >= ENOUGH_FAILURES) for (const each of threads) void each.terminate();
          } else {
            coverage = addCoverage(coverage, message.coverage);
            seeds += message.seeds;
            onProgress(seeds);
          }
        });
        thread.once('error', reject);
        thread.once('exit', () => resolve());
      }),
  );
  await Promise.all(ends);
  return { seeds, coverage, failed: failed.toSorted((a, b) => a.seed - b.seed) };
}
