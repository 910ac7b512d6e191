import { addCounts, NO_COUNTS, type Counts } from '../../contracts/counts.js';
import type { Backfill, LedgerWindow } from '../../contracts/ledger.js';
import type { Binding, LastRun, Pause, PipelineState } from '../../contracts/pipeline-state.js';
import type { LeaseHolder, StateReader } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { exportedEnd } from '../run/window-ends.js';

/** The position of one stream. */
export interface StreamOverview {
  readonly stream: string;
  readonly firstBackfill: {
    readonly isComplete: boolean;
    /** Up to which event time; absent before its first window. */
    readonly until?: Instant;
  };
  /** Up to when it was followed, in the source's time; absent before the first window of following. */
  readonly followedUntil?: Instant;
  /** With their cursors. */
  readonly openWindows: readonly LedgerWindow[];
  /** Counts of all windows in the ledger, by the mapping's hash. */
  readonly countsByMapping: Readonly<Record<string, Counts>>;
  /** The hours of creation time that the ledger accounts for; absent when there are none. */
  readonly digests?: { readonly firstHour: Instant; readonly lastHour: Instant; readonly records: number };
}

/** The state of a pipeline, for people. */
export interface StateOverview {
  readonly revision: number;
  readonly binding?: Binding;
  readonly streams: readonly StreamOverview[];
  readonly openBackfills: readonly Backfill[];
  readonly openDeadLetters: number;
  readonly lastRun?: LastRun;
  readonly pause?: Pause;
  readonly holder?: LeaseHolder;
}

/** Reads only; needs no lease. */
export async function stateOverview(reader: StateReader): Promise<StateOverview> {
  const state = await reader.read();
  const holder = await reader.holder();
  const streams: StreamOverview[] = [];
  for (const stream of knownStreams(state)) streams.push(await streamOverview(stream, state, reader));
  const { revision, binding, backfills, openDeadLetters, lastRun, pause } = state;
  return {
    revision,
    ...(binding === undefined ? {} : { binding }),
    streams,
    openBackfills: backfills,
    openDeadLetters,
    ...(lastRun === undefined ? {} : { lastRun }),
    ...(pause === undefined ? {} : { pause }),
    ...(holder === undefined ? {} : { holder }),
  };
}

/** The streams in the state, in the order in which they first appeared. */
export function knownStreams({ windows, backfilled, totals }: PipelineState): readonly string[] {
  return [...new Set([...Object.keys(totals), ...windows.map(({ window }) => window.stream), ...backfilled])];
}

async function streamOverview(
  stream: string,
  state: PipelineState,
  reader: Pick<StateReader, 'digests'>,
): Promise<StreamOverview> {
  const own = state.windows.filter(({ window }) => window.stream === stream);
  const backfilledUntil = exportedEnd(own.filter(({ purpose }) => purpose === 'first-backfill'));
  const followedUntil = exportedEnd(own.filter(({ purpose }) => purpose === 'following'));
  const hours = await reader.digests(stream, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const [first, last] = [hours[0]?.hour, hours.at(-1)?.hour];
  const records = hours.reduce((sum, hour) => sum + hour.delivered + hour.filtered + hour.deadLettered, 0);
  return {
    stream,
    firstBackfill: {
      isComplete: state.backfilled.includes(stream),
      ...(backfilledUntil === undefined ? {} : { until: backfilledUntil }),
    },
    ...(followedUntil === undefined ? {} : { followedUntil }),
    openWindows: own.filter(({ status }) => status === 'open'),
    countsByMapping: countsByMapping(own),
    ...(first === undefined || last === undefined ? {} : { digests: { firstHour: first, lastHour: last, records } }),
  };
}

function countsByMapping(windows: readonly LedgerWindow[]): Readonly<Record<string, Counts>> {
  const counts = new Map<string, Counts>();
  for (const segment of windows.flatMap(({ segments }) => segments)) {
    counts.set(segment.mapping, addCounts(counts.get(segment.mapping) ?? NO_COUNTS, segment.counts));
  }
  return Object.fromEntries(counts);
}
