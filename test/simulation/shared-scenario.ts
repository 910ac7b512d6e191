import { manualRuntime } from '@sluice/testkit';
import { SHARED_CELLS, type Fault } from './faults.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

const LEASE_MS = 10 * SECOND;

/** How many faults come on top of those of every scenario. */
const FAULTS = 14;

/** Steps of the beginning: their faults wait from the start. */
const EARLY: readonly string[] = ['bind', 'backfilled', 'join'];

/** What workers back off for. */
const THROTTLED = { step: 'send', fault: 'throttled' } as const;

/** What a scenario would be if one worker at a time had the pipeline. */
interface Unshared {
  readonly seed: number;
  readonly durationMs: number;
  readonly maxWindowMs: number;
  readonly faults: readonly Fault[];
}

/** What differs when workers share the pipeline: more of them, with short windows and leases, and clocks that differ. */
export function sharedParts(scenario: Unshared) {
  const { seed, faults } = scenario;
  const durationMs = Math.floor(scenario.durationMs / 2);
  const { random } = manualRuntime({ seed: seed + 2_000_000 });
  const workers = 2 + Math.floor(random() * 3);
  const clocksAheadMs = Array.from({ length: workers }, () => (random() < 0.4 ? 0 : differenceOf(random)));
  const first = Math.floor(random() * SHARED_CELLS.length);
  const added = Array.from({ length: FAULTS }, (_, index) => {
    const cell = SHARED_CELLS[(first + index * 5) % SHARED_CELLS.length] ?? { step: 'join', fault: 'frozen' };
    const afterMs = EARLY.includes(cell.step) ? 0 : random() * 0.7 * durationMs;
    return cell.step === 'back-off'
      ? [
          { ...cell, afterMs },
          { ...THROTTLED, afterMs },
        ]
      : [{ ...cell, afterMs }];
  })
    .flat()
    .map((fault, index): Fault => ({ ...fault, number: faults.length + index }));
  const maxWindowMs = Math.floor(scenario.maxWindowMs / 2);
  const early = faults.map((fault) => ({ ...fault, afterMs: fault.afterMs / 2 }));
  return {
    isShared: true,
    workers,
    leaseMs: LEASE_MS,
    durationMs,
    maxWindowMs,
    clocksAheadMs,
    faults: [...early, ...added],
  };
}

/** Mostly minutes, seldom days. */
function differenceOf(random: () => number): number {
  const span = random() < 0.2 ? 3 * DAY : 4 * MINUTE;
  return Math.floor((random() - 0.5) * 2 * span);
}
