import type { Counts } from '../../contracts/counts.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { LastRun, Pause, PipelineState } from '../../contracts/pipeline-state.js';
import type { LeaseHolder } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { countsOfStream, dayOf } from '../../state/count-totals.js';
import { firstBackfillProgress, isBackfilled, type FirstBackfillProgress } from '../run/first-backfill.js';
import { followedUntil } from '../run/followed-until.js';
import { limitAtEnd } from '../run/source-end.js';

/** The position and counts of one stream. */
export interface StreamStatus {
  readonly stream: string;
  /** Whether the first backfill is complete. */
  readonly isBackfilled: boolean;
  /** How far the first backfill is; absent before the first run, and when it is complete. */
  readonly firstBackfill?: FirstBackfillProgress & {
    /** About how many records it has in all; absent when the source did not answer or makes no estimates. */
    readonly expectedRecords?: number;
  };
  /** Up to when it is followed, in the source's time; absent until its first backfill is complete. */
  readonly followedUntil?: Instant;
  /** How many of its records are held until they are final. */
  readonly held: number;
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
  /**
   * Present while the first backfill of a stream is not complete: whether a process is working on it. An interrupted one is
   * unhealthy.
   */
  readonly firstBackfill?: 'running' | 'interrupted';
  /**
   * Up to when everything is exported, in the source's time: the position of the slowest stream. Absent until the first
   * backfill of every stream is complete.
   */
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
  /** The pipeline file, for the commands in the advice; absent for a pipeline without one. */
  readonly file?: string;
  readonly streams: readonly string[];
  readonly settleMs: number;
  readonly revisitMs: number;
  /** The local clock. */
  readonly now: Instant;
  /** The source's clock; default: `now`, when the source did not answer. */
  readonly sourceNow?: Instant;
  /** By stream, about how many records its first backfill has not read yet; see `estimateRest`. */
  readonly rest?: ReadonlyMap<string, number>;
  /** Present for a source that has ended: the pipeline is then not behind for what can no longer change. */
  readonly sourceEnd?: SourceEnd | undefined;
  readonly holder?: LeaseHolder | undefined;
  /** The first scheduled run after a time. */
  readonly nextRun: (after: Instant) => Instant;
  /**
   * The lag above which the pipeline is unhealthy. Absent: it is unhealthy when two scheduled runs were missed.
   */
  readonly maxLagMs?: number | undefined;
}

/** Pure: derives the status from the state and the clocks. */
export function pipelineStatus(state: PipelineState, inputs: StatusInputs): PipelineStatus {
  const { streams, now, sourceNow = now, settleMs, revisitMs, sourceEnd, holder, nextRun } = inputs;
  const position = followedUntil(state, streams);
  const limit = limitAtEnd(sourceNow - settleMs, sourceEnd, revisitMs);
  const lagMs = position === undefined ? undefined : Math.max(0, limit - position);
  const firstBackfill = firstBackfillOf(state, inputs);
  const troubles = [
    ...endTroubles(state, inputs),
    ...(firstBackfill === 'interrupted' ? [interruption(state, inputs)] : []),
    ...lagTroubles(position, lagMs, inputs),
  ];
  const today = state.days.find(({ day }) => day === dayOf(now))?.streams ?? {};
  const { openDeadLetters, pause, lastRun, totals } = state;
  const withoutTrouble = openDeadLetters > 0 ? 'dead-letters' : 'healthy';
  return {
    health: troubles.length > 0 ? 'unhealthy' : withoutTrouble,
    troubles,
    ...(firstBackfill === undefined ? {} : { firstBackfill }),
    ...(position === undefined ? {} : { followedUntil: position }),
    ...(lagMs === undefined ? {} : { lagMs }),
    streams: streams.map((stream) => ({
      stream,
      ...positionOf(state, stream, inputs),
      held: state.held.filter((record) => record.stream === stream).length,
      counts: countsOfStream(totals, stream),
      today: countsOfStream(today, stream),
    })),
    openDeadLetters,
    openBackfills: state.backfills.length,
    ...(pause === undefined ? {} : { pause }),
    ...(lastRun === undefined ? {} : { lastRun }),
    nextRun: nextRun(now),
    ...(holder === undefined ? {} : { holder }),
  };
}

function positionOf(
  state: PipelineState,
  stream: string,
  { rest }: StatusInputs,
): Pick<StreamStatus, 'isBackfilled' | 'firstBackfill' | 'followedUntil'> {
  const until = followedUntil(state, [stream]);
  if (until !== undefined) return { isBackfilled: true, followedUntil: until };
  if (state.binding === undefined) return { isBackfilled: false };
  const progress = firstBackfillProgress(state, stream);
  const left = rest?.get(stream);
  const expected = left === undefined ? {} : { expectedRecords: progress.records + left };
  return { isBackfilled: false, firstBackfill: { ...progress, ...expected } };
}

function firstBackfillOf(
  state: PipelineState,
  { streams, holder }: StatusInputs,
): PipelineStatus['firstBackfill'] | undefined {
  if (state.binding === undefined || isBackfilled(state, streams)) return undefined;
  return holder === undefined ? 'interrupted' : 'running';
}

function interruption({ backfilled }: PipelineState, { streams, file }: StatusInputs): string {
  const left = streams.filter((stream) => !backfilled.includes(stream)).join(', ');
  return `the first backfill of ${left} is not complete, and no process is working on it; continue it with \`${commandOf('run', file)}\``;
}

function endTroubles({ binding, pause, lastRun }: PipelineState, { file }: StatusInputs): readonly string[] {
  if (pause) return [`paused since ${textOf(pause.since)} (${pause.cause}): ${pause.message}`];
  if (lastRun?.outcome === 'failed') {
    return [`the last run failed at ${textOf(lastRun.at)}: ${lastRun.error ?? 'see its log'}`];
  }
  return binding === undefined
    ? [`nothing has been exported yet: start with \`${commandOf('run', file)}\` or \`${commandOf('start', file)}\``]
    : [];
}

function lagTroubles(
  position: Instant | undefined,
  lagMs: number | undefined,
  { settleMs, maxLagMs, nextRun, now, sourceNow = now }: StatusInputs,
): readonly string[] {
  if (position === undefined || lagMs === undefined || lagMs === 0) return [];
  const seconds = Math.round(lagMs / 1000);
  if (maxLagMs !== undefined) {
    return lagMs > maxLagMs ? [`${seconds} s behind, more than the limit of ${Math.round(maxLagMs / 1000)} s`] : [];
  }
  if (nextRun(nextRun(position + settleMs)) > sourceNow) return [];
  return [
    `${seconds} s behind: two scheduled runs were missed; check that \`sluice start\`, or what calls \`sluice run\`, is running`,
  ];
}

function commandOf(name: string, file: string | undefined): string {
  return ['sluice', name, ...(file === undefined ? [] : [file])].join(' ');
}

function textOf(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
