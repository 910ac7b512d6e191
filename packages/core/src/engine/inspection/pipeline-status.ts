import type { Counts } from '../../contracts/counts.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { LeaseHolder, LastRun, Pause, PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { countsOfStream, dayOf } from '../../state/count-totals.js';
import { followedUntil } from '../run/followed-until.js';
import { limitAtEnd } from '../run/source-end.js';

/** Where one stream of a pipeline is. */
export interface StreamStatus {
  readonly stream: string;
  /** Whether the history before the handover is exported. */
  readonly isBackfilled: boolean;
  /** Up to when, in the source's time, it is followed; absent before the first run has fixed the handover. */
  readonly followedUntil?: Instant;
  /** Of everything that was ever done. */
  readonly counts: Counts;
  /** Of this day in UTC. */
  readonly today: Counts;
}

/** How a pipeline is, for whoever watches it. */
export interface PipelineStatus {
  /** `ill` goes before `dead-letters`. */
  readonly health: 'healthy' | 'unhealthy' | 'dead-letters';
  /** Why it is ill: one sentence each, with what to do. */
  readonly troubles: readonly string[];
  /** Up to when, in the source's time, everything is exported: that of the slowest stream. */
  readonly followedUntil?: Instant;
  /** By how much more it could have been exported by now: the clock, less `settle`, less `followedUntil`. */
  readonly lagMs?: number;
  readonly streams: readonly StreamStatus[];
  readonly openDeadLetters: number;
  /** How many backfills were begun and are not complete. */
  readonly openBackfills: number;
  readonly pause?: Pause;
  readonly lastRun?: LastRun;
  readonly nextRun: Instant;
  readonly holder?: LeaseHolder;
}

export interface StatusInputs {
  readonly streams: readonly string[];
  readonly settleMs: number;
  readonly revisitMs: number;
  /** The wall clock of this machine. */
  readonly now: Instant;
  /** The source's clock; absent when it did not answer, and `now` stands in for it. */
  readonly sourceNow?: Instant;
  /** Of a source that has ended: it is never behind for what can no longer come. */
  readonly sourceEnd?: SourceEnd | undefined;
  readonly holder?: LeaseHolder | undefined;
  /** The first moment of the schedule after another. */
  readonly nextRun: (after: Instant) => Instant;
  /**
   * From which lag on the pipeline is ill. Absent: when two moments of its schedule have passed since the one that its
   * last export has served, unless a run is under way that exports its history.
   */
  readonly maxLagMs?: number | undefined;
}

/** Pure: how the pipeline is, from its state and a look at the clocks. */
export function pipelineStatus(state: PipelineState, inputs: StatusInputs): PipelineStatus {
  const { streams, now, sourceNow = now, settleMs, revisitMs, sourceEnd, holder, nextRun } = inputs;
  const position = followedUntil(state, streams);
  const limit = limitAtEnd(sourceNow - settleMs, sourceEnd, revisitMs);
  const lagMs = position === undefined ? undefined : Math.max(0, limit - position);
  const troubles = [...endTroubles(state), ...lagTroubles(state, position, lagMs, inputs)];
  const today = state.days.find(({ day }) => day === dayOf(now))?.streams ?? {};
  const { openDeadLetters, pause, lastRun, totals } = state;
  const withoutTrouble = openDeadLetters > 0 ? 'dead-letters' : 'healthy';
  return {
    health: troubles.length > 0 ? 'unhealthy' : withoutTrouble,
    troubles,
    ...(position === undefined ? {} : { followedUntil: position }),
    ...(lagMs === undefined ? {} : { lagMs }),
    streams: streams.map((stream) => {
      const until = followedUntil(state, [stream]);
      return {
        stream,
        isBackfilled: state.backfilled.includes(stream),
        ...(until === undefined ? {} : { followedUntil: until }),
        counts: countsOfStream(totals, stream),
        today: countsOfStream(today, stream),
      };
    }),
    openDeadLetters,
    openBackfills: state.backfills.length,
    ...(pause === undefined ? {} : { pause }),
    ...(lastRun === undefined ? {} : { lastRun }),
    nextRun: nextRun(now),
    ...(holder === undefined ? {} : { holder }),
  };
}

function endTroubles({ binding, pause, lastRun }: PipelineState): readonly string[] {
  if (pause) return [`paused since ${textOf(pause.since)} (${pause.cause}): ${pause.message}`];
  if (lastRun?.outcome === 'failed') {
    return [`the last run failed at ${textOf(lastRun.at)}: ${lastRun.error ?? 'see its log'}`];
  }
  return binding === undefined ? ['nothing was exported yet: start with `sluice run` or `sluice start`'] : [];
}

function lagTroubles(
  { backfilled }: PipelineState,
  position: Instant | undefined,
  lagMs: number | undefined,
  { streams, settleMs, maxLagMs, holder, nextRun, now, sourceNow = now }: StatusInputs,
): readonly string[] {
  if (position === undefined || lagMs === undefined || lagMs === 0) return [];
  const seconds = Math.round(lagMs / 1000);
  if (maxLagMs !== undefined) {
    return lagMs > maxLagMs ? [`${seconds} s behind, more than the limit of ${Math.round(maxLagMs / 1000)} s`] : [];
  }
  const isBackfilling = holder !== undefined && streams.some((stream) => !backfilled.includes(stream));
  const missed = nextRun(nextRun(position + settleMs));
  if (isBackfilling || missed > sourceNow) return [];
  return [
    `${seconds} s behind: two scheduled runs were missed; check that \`sluice start\`, or what calls \`sluice run\`, is running`,
  ];
}

function textOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
