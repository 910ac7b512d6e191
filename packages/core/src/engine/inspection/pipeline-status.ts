import type { Counts } from '../../contracts/counts.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { LeaseHolder, LastRun, Pause, PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { countsOfStream, dayOf } from '../../state/count-totals.js';
import { followedUntil } from '../run/followed-until.js';
import { limitAtEnd } from '../run/source-end.js';

/** The position and counts of one stream. */
export interface StreamStatus {
  readonly stream: string;
  /** Whether the first backfill is complete. */
  readonly isBackfilled: boolean;
  /** Up to when it is followed, in the source's time; absent before the first run. */
  readonly followedUntil?: Instant;
  /** Of all runs. */
  readonly counts: Counts;
  /** Of today in UTC. */
  readonly today: Counts;
}

/** The health of a pipeline, for monitoring. */
export interface PipelineStatus {
  /** `unhealthy` takes precedence over `dead-letters`. */
  readonly health: 'healthy' | 'unhealthy' | 'dead-letters';
  /** Why it is unhealthy, each with what to do. */
  readonly troubles: readonly string[];
  /** Up to when everything is exported, in the source's time: the position of the slowest stream. */
  readonly followedUntil?: Instant;
  /** How far it is behind: the source's clock, less `settle`, less `followedUntil`. */
  readonly lagMs?: number;
  readonly streams: readonly StreamStatus[];
  readonly openDeadLetters: number;
  /** How many backfills are not complete. */
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
  /** The local clock. */
  readonly now: Instant;
  /** The source's clock; default: `now`, when the source did not answer. */
  readonly sourceNow?: Instant;
  /** Present for a source that has ended: the pipeline is then not behind for what can no longer change. */
  readonly sourceEnd?: SourceEnd | undefined;
  readonly holder?: LeaseHolder | undefined;
  /** The first scheduled run after a time. */
  readonly nextRun: (after: Instant) => Instant;
  /**
   * The lag above which the pipeline is unhealthy. Absent: it is unhealthy when two scheduled runs were missed, unless a run
   * is making the first backfill.
   */
  readonly maxLagMs?: number | undefined;
}

/** Pure: derives the status from the state and the clocks. */
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
