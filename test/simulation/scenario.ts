import type { Pipeline } from '@sluice/core/engine';
import { manualRuntime } from '@sluice/testkit';
import { CELLS, type Cell, type Fault, type Step } from './faults.js';
import { sharedParts } from './shared-scenario.js';

const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** When every simulation begins: not at a full hour or minute, so that boundaries come only from windows. */
export const BEGINNING = Date.UTC(2026, 2, 10, 12, 17, 23, 456);

/** The fixed parameters of a seed. */
export interface Scenario {
  readonly seed: number;
  /** The minimum number of records at the end. */
  readonly records: number;
  readonly workers: number;
  /** Whether the workers share the pipeline; otherwise one of them has all of it at a time. */
  readonly isShared: boolean;
  /** How far the clock of each worker is ahead of the state's; none where they do not share the pipeline. */
  readonly clocksAheadMs: readonly number[];
  /** Infinite: the lease ends with the process. */
  readonly leaseMs: number;
  readonly start: Pipeline['start'];
  /** Whether the first run reads another, empty source by mistake. */
  readonly wrongSourceFirst: boolean;
  readonly settleMs: number;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
  readonly pageSize: number;
  readonly maxEvents: number;
  /** The limits of the pipeline file; absent where it has none. */
  readonly maxInFlight: number | undefined;
  readonly maxBytes: number | undefined;
  readonly maxEventsPerSecond: number | undefined;
  readonly sinkMaxInFlight: number;
  /** How long a run tries; absent: without limit. */
  readonly giveUpAfterMs: number | undefined;
  readonly distinctWithinRequest: boolean;
  /** Whether the sink makes up to two requests of a batch. */
  readonly dividesRequests: boolean;
  /** Whether the source gives its records as text as well. */
  readonly asText: boolean;
  /** Whether the mapping holds records until they are final. */
  readonly holds: boolean;
  /** The largest request that the destination accepts, whatever the sink assumes. */
  readonly destinationMaxBytes: number;
  /** How long faults happen before everything heals. */
  readonly durationMs: number;
  readonly faults: readonly Fault[];
}

/** Above it the engine pauses. */
export const MAX_DEAD_LETTER_SHARE = 0.2;

const RECORDS = 300;
/** How many faults wait for any step, for a step that is certain to come, and for one that comes seldom. */
const FAULTS = { anywhere: 7, sure: 6, seldom: 2 };

/** Steps that happen once or only early: their faults wait from the start. */
const EARLY: readonly Step[] = ['bind', 'backfilled', 'source-now', 'map'];

/** Steps of every run. */
const SURE: ReadonlySet<Step> = new Set([
  'acquire',
  'source-open',
  'source-now',
  'sink-open',
  'page',
  'send',
  'finish',
]);

/** Steps of what people do. */
const SELDOM: ReadonlySet<Step> = new Set([
  'get',
  'replay',
  'discard',
  'open-backfill',
  'close-backfill',
  'rewind',
  'accept',
  'remember',
]);

/** Of the seeds with two workers, every so many have workers that share the pipeline: such a seed takes as long as six others. */
const SEEDS_PER_SHARED = 5;

export function scenarioOf(
  seed: number,
  { records = RECORDS, without = [] }: { readonly records?: number; readonly without?: readonly number[] } = {},
): Scenario {
  const { random } = manualRuntime({ seed });
  const between = (least: number, most: number) => least + Math.floor(random() * (most - least + 1));
  const durationMs = between(100, 150) * MINUTE;
  const workers = random() < 0.4 ? 2 : 1;
  const fixed = {
    workers,
    leaseMs: workers === 2 || random() < 0.6 ? MINUTE : Number.POSITIVE_INFINITY,
    start: startOf(random()),
    wrongSourceFirst: random() < 0.1,
    settleMs: between(2, 5) * MINUTE,
    revisitMs: 90 * MINUTE,
    maxWindowMs: between(25, 70) * MINUTE,
    pageSize: between(7, 30),
    maxEvents: between(5, 20),
    maxInFlight: random() < 0.5 ? between(1, 4) : undefined,
    maxBytes: random() < 0.2 ? between(400, 2000) : undefined,
    maxEventsPerSecond: random() < 0.3 ? between(2, 20) : undefined,
    sinkMaxInFlight: between(1, 6),
    giveUpAfterMs: random() < 0.3 ? between(3, 20) * MINUTE : undefined,
    distinctWithinRequest: random() < 0.7,
    dividesRequests: random() < 0.3,
    destinationMaxBytes: random() < 0.3 ? between(900, 2000) : 1_000_000,
  } as const;
  const { anywhere, sure, seldom } = FAULTS;
  const faults = Array.from({ length: anywhere + sure + seldom }, (_, number): Fault => {
    const any = anyOf(number < sure ? SURE_CELLS : CELLS, random());
    // In turn, so that a few hundred seeds have every one of them several times.
    const inTurn = SELDOM_CELLS[(seed * seldom + number) % SELDOM_CELLS.length];
    const cell = number < sure + anywhere ? any : (inTurn ?? any);
    const share = random();
    // Only the first run has enough records for their share to count.
    const isEarly =
      EARLY.includes(cell.step) || SELDOM.has(cell.step) || (cell.fault === 'mass-rejection' && share < 0.7);
    return { ...cell, number, afterMs: isEarly ? 0 : share * 0.6 * durationMs };
  });
  // Of every second seed: without another random number, the seeds stay what they were.
  const asText = seed % 2 === 1;
  const holds = seed % 3 === 0;
  const ofOwn = { seed, records, durationMs, asText, holds, isShared: false, clocksAheadMs: [], ...fixed, faults };
  const isShared = workers === 2 && seed % SEEDS_PER_SHARED === 0;
  const scenario = isShared ? { ...ofOwn, ...sharedParts(ofOwn) } : ofOwn;
  return { ...scenario, faults: scenario.faults.filter(({ number }) => !without.includes(number)) };
}

/** `count` seeds from `from` on; if `onlyShared`, of those whose workers share the pipeline. */
export function seedsFrom(
  from: number,
  count: number,
  { onlyShared = false }: { readonly onlyShared?: boolean } = {},
): readonly number[] {
  const seeds: number[] = [];
  for (let seed = from; seeds.length < count; seed += 1) {
    const isAsked = !onlyShared || (seed % SEEDS_PER_SHARED === 0 && scenarioOf(seed).isShared);
    if (isAsked) seeds.push(seed);
  }
  return seeds;
}

const SELDOM_CELLS = CELLS.filter(({ step }) => SELDOM.has(step));
const SURE_CELLS = CELLS.filter(({ step }) => SURE.has(step));

function anyOf(cells: readonly Cell[], share: number): Cell {
  return cells[Math.floor(share * cells.length)] ?? { step: 'send', fault: 'lost-answer' };
}

function startOf(share: number): Pipeline['start'] {
  if (share < 0.7) return { kind: 'beginning', text: 'beginning' };
  if (share < 0.8) return { kind: 'now', text: 'now' };
  const at = BEGINNING - 3 * HOUR;
  return { kind: 'date', text: new Date(at).toISOString(), at };
}
