import type { Arrivals, LikelyCause, MissingEvents } from '../../contracts/arrivals.js';
import { ConfigError } from '../../contracts/errors.js';
import { streamNames } from '../../contracts/mapper.js';
import type { Sink } from '../../contracts/sink.js';
import type { Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { StateReader } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { followedUntil } from '../run/followed-until.js';
import { compareArrivals, type ComparedHours, type CompareOptions } from './compare-arrivals.js';
import { DAY_MS, rangeOf, reasonOf, type DestinationRange } from './destination-range.js';
import type { DestinationVerification } from './destination-verification.js';
import { expectedHours } from './expected-hours.js';
import type { MissingHour } from './missing-hour.js';
import { notExpected } from './not-expected.js';
import { pendingChanges } from './pending-changes.js';
import { QueryBudget } from './query-budget.js';
import { recordRanges } from './record-ranges.js';

export interface Comparing extends DestinationRange {
  readonly pipeline: Omit<Pipeline, 'state'>;
  readonly state: PipelineState;
  readonly binding: Binding;
  readonly reader: Pick<StateReader, 'read' | 'deadLetters'>;
  /** Whether another process is exporting now. */
  readonly isRunning: boolean;
  readonly context: EngineContext;
  readonly signal: AbortSignal;
}

/** Asks for what the sink has stored. Throws `ConfigError` for a sink that cannot be asked. */
export function arrivalsOf(sink: Pick<Sink, 'arrivals'>): Arrivals {
  const arrivals = sink.arrivals?.();
  if (arrivals !== undefined) return arrivals;
  throw new ConfigError([], 'this sink cannot be read back: it has no `arrivals` in its contract');
}

/** Compares day by day, and asks for the likely causes of what is missing. Source and sink are open. */
export async function compareDestination(
  options: Comparing,
): Promise<{ readonly verification: DestinationVerification; readonly missing: readonly MissingHour[] }> {
  const { pipeline, state, binding, context, signal, maxQueries } = options;
  const { source, sink, mapper } = pipeline;
  const arrivals = arrivalsOf(sink);
  const budget = new QueryBudget(arrivals, { context, signal, most: maxQueries });
  const nothing = {
    place: arrivals.place,
    events: [],
    differences: [],
    unexamined: [],
    causes: [],
    ahead: 0,
    earlier: 0,
  };
  const streams = streamNames(mapper);
  const exported = followedUntil(state, streams);
  if (exported === undefined) {
    const reason = 'the first backfill is not complete: let a run finish it';
    return { verification: { ...nothing, reason, queries: 0 }, missing: [] };
  }
  const settlesAt = settlingUntil(options, arrivals, context.runtime.now());
  const due = (await source.now({ signal })) - pipeline.settleMs - arrivals.lagMs;
  const limit = settlesAt === undefined ? Infinity : due;
  const createdBefore = new Map(
    streams.map((stream) => [stream, Math.min(limit, followedUntil(state, [stream]) ?? binding.handover)]),
  );
  const range = rangeOf(options, binding, Math.min(...createdBefore.values()));
  const ranges = recordRanges(range, Math.max(...createdBefore.values()), binding);
  const known = await notExpected(options.reader);
  const records = { source, sink, mappers: mapper.streams, createdBefore, notExpected: known, signal };
  const { hours, ahead, earlier } = await expectedHours(range, ranges, records);
  const pending = pendingOf(options);
  const compared: ComparedHours[] = [];
  let reached = range.from;
  while (reached < range.until) {
    const day = { from: reached, until: Math.min(range.until, reached + DAY_MS) };
    const expected = hours.filter(({ hour }) => hour >= day.from && hour < day.until);
    const result = await compareArrivals(day, expected, { ...records, ranges, pending, budget });
    if (result === undefined) break;
    compared.push(result);
    reached = day.until;
  }
  const missing = compared.flatMap((each) => each.missing);
  const differences = missing.map(({ events }) => events);
  const isExplained = differences.length === 0 || arrivals.causes === undefined;
  const causes = isExplained ? [] : await budget.spend((asked, call) => causesOf(asked, differences, call));
  const unexamined = compared.flatMap((each) => each.unexamined);
  const reason = reasonOf(range, reached, unexamined.length, maxQueries);
  const verification: DestinationVerification = {
    ...nothing,
    ...(reached > range.from && { compared: { from: range.from, until: reached } }),
    ...(reason === undefined ? {} : { reason }),
    events: byName(compared, differences),
    differences,
    unexamined,
    causes: causes ?? [],
    ahead,
    earlier,
    queries: budget.spent,
    ...(settlesAt === undefined ? {} : { settlesAt }),
  };
  return { verification, missing };
}

async function causesOf(
  arrivals: Arrivals,
  differences: readonly MissingEvents[],
  call: { readonly signal: AbortSignal },
): Promise<readonly LikelyCause[]> {
  return (await arrivals.causes?.(differences, call)) ?? [];
}

/** Of each stream, read once, when it is first needed. */
function pendingOf({ pipeline, state, binding, signal }: Comparing): CompareOptions['pending'] {
  const { source, mapper, revisitMs } = pipeline;
  const read = new Map<string, Promise<ReadonlySet<string>>>();
  return async (stream) => {
    const ofStream = mapper.streams.find((each) => each.stream === stream);
    if (ofStream === undefined) return new Set();
    const exported = followedUntil(state, [stream]) ?? binding.handover;
    const keys = read.get(stream) ?? pendingChanges(ofStream, exported, { source, revisitMs, signal });
    read.set(stream, keys);
    return keys;
  };
}

/** When what was sent last is certain to be found; undefined if it is already. */
export function settlingUntil(
  { state, isRunning }: Pick<Comparing, 'state' | 'isRunning'>,
  { lagMs }: Pick<Arrivals, 'lagMs'>,
  now: Instant,
): Instant | undefined {
  const settlesAt = (isRunning ? now : (state.lastRun?.at ?? Number.NEGATIVE_INFINITY)) + lagMs;
  return settlesAt > now ? settlesAt : undefined;
}

function byName(
  compared: readonly ComparedHours[],
  missing: readonly MissingEvents[],
): DestinationVerification['events'] {
  const names = [...new Set(compared.flatMap(({ expected }) => expected.map(({ event }) => event)))];
  return names.toSorted().map((event) => ({
    event,
    expected: sumOf(
      compared.flatMap((each) => each.expected.filter((hour) => hour.event === event)),
      'expected',
    ),
    missing: sumOf(
      missing.filter((each) => each.event === event),
      'missing',
    ),
  }));
}

function sumOf<Name extends string>(rows: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return rows.reduce((sum, row) => sum + row[name], 0);
}
