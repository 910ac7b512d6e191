import { ConfigError } from '../../contracts/errors.js';
import type { Backfill } from '../../contracts/ledger.js';
import { streamNames, type StreamMapper } from '../../contracts/mapper.js';
import type { Attribution, Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import { BackfillStream, windowsOfBackfill } from './backfill-stream.js';
import { assertBoundTo } from '../run/bind-state.js';
import { followedUntil } from '../run/followed-until.js';
import { latestEnd } from '../run/window-ends.js';
import { ProgressTally } from '../run/progress-tally.js';
import { runStreams } from '../run/run-pipeline.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import type { Run } from '../run/run.js';
import { withLease, type RunOptions, type RunResult } from '../run/with-lease.js';

/** The part of the history to export again. */
export interface BackfillRequest {
  /** In the mapping's order; absent: every stream of the mapping. */
  readonly streams?: readonly string[];
  /** Of event time, half-open. */
  readonly from: Instant;
  readonly until: Instant;
}

export interface BackfillOptions extends RunOptions, BackfillRequest {
  /** How many windows at a time; at least 1. */
  readonly parallel: number;
  /** The pipeline's next run after a time: following takes a turn when one is due. */
  readonly nextRun: (after: Instant) => Instant;
  readonly attribution: Omit<Attribution, 'at'>;
}

/**
 * Exports a range of history again, by event time: records created before the first request, less `settle`. The same
 * request resumes an interrupted backfill. Following continues between its windows; the windows of a stream run in
 * parallel, streams one after another.
 *
 * Throws `ConfigError` for an invalid request, before anything is changed. Always closes source and sink.
 */
export async function backfillPipeline(
  pipeline: Pipeline,
  context: EngineContext,
  options: BackfillOptions,
): Promise<RunResult> {
  const mappers = await mappersFor(pipeline, options);
  return withLease(pipeline, context, options, async (outer, binding) => {
    const streams = streamNames({ streams: mappers });
    const backfill = await openBackfill(outer, { ...options, streams });
    const run: Run = { ...outer, progress: new ProgressTally(options.onProgress) };
    const following = interleavedFollowing(run, binding, options.nextRun);
    for (const stream of streams) await expectRest(run, backfill, stream);
    for (const mapper of mappers) {
      const stream = new BackfillStream(mapper, backfill, pipeline.maxWindowMs);
      const interleaved = { parallel: options.parallel, isInterrupted: following.isDue };
      do {
        run.signal.throwIfAborted();
        if (following.isDue()) await following.follow();
      } while (!(await stream.run(run, interleaved)));
    }
    await run.ledger.commit([{ type: 'close-backfill', id: backfill.id }]);
  });
}

/** A pipeline that cannot be backfilled is closed: others that share its source would wait for it. */
async function mappersFor(pipeline: Pipeline, request: BackfillRequest): Promise<readonly StreamMapper[]> {
  try {
    return assertBackfillable(pipeline, await pipeline.state.reader(pipeline.name).read(), request);
  } catch (error) {
    await pipeline.source.close();
    await pipeline.sink.close();
    throw error;
  }
}

/** Tells who watches about how many records of a stream are left of a backfill. */
async function expectRest(
  { pipeline, ledger, progress, signal }: Run,
  backfill: Backfill,
  stream: string,
): Promise<void> {
  const { source } = pipeline;
  if (!progress.isWatched || source.estimate === undefined) return;
  const windows = windowsOfBackfill(ledger.state, backfill.id, stream);
  const from = latestEnd(windows.filter(({ status }) => status === 'done')) ?? backfill.from;
  const { until, createdBefore } = backfill;
  const range = { stream, axis: 'event', from, until, createdBefore, revisitMs: 0 } as const;
  progress.expect(stream, await source.estimate(range, { signal }));
}

/** Returns the mappers of the requested streams, in the mapping's order. Throws `ConfigError` for an invalid request. */
export function assertBackfillable(
  pipeline: Omit<Pipeline, 'state'>,
  state: PipelineState,
  { streams, from, until }: BackfillRequest,
): readonly StreamMapper[] {
  const mapped = streamNames(pipeline.mapper);
  const wanted = pipeline.mapper.streams.filter(({ stream }) => streams?.includes(stream) ?? true);
  const unknown = streams?.filter((stream) => !mapped.includes(stream)) ?? [];
  if (unknown.length > 0) throw new ConfigError([], `the mapping does not read stream ${unknown.join(', ')}`);
  if (from >= until) {
    const [begin, end] = [from, until].map((at) => new Date(at).toISOString());
    throw new ConfigError([], `the range from ${begin} until ${end} is empty: the end must be later than the start`);
  }
  assertBoundTo(pipeline, state);
  const incomplete = streamNames({ streams: wanted }).filter((stream) => !state.backfilled.includes(stream));
  if (incomplete.length > 0) {
    throw new ConfigError(
      [],
      `the first backfill of ${incomplete.join(', ')} is not complete, so its history would be exported twice: let ` +
        `\`sluice run\` finish it first`,
    );
  }
  return wanted;
}

/** A repair sends a part of the events of its range, so that neither can be continued as the other. */
type BackfillKind = 'backfill' | 'repair';

export function newBackfillId({ revision }: PipelineState, kind: BackfillKind): string {
  return `${kind}-${revision + 1}`;
}

/** The unfinished backfill of the same kind and request, if there is one. */
export function openBackfillOf(
  { backfills }: PipelineState,
  { streams, from, until }: Required<BackfillRequest>,
  kind: BackfillKind,
): Backfill | undefined {
  return backfills
    .filter(({ id }) => id.startsWith(`${kind}-`))
    .find((each) => each.from === from && each.until === until && each.streams.join() === streams.join());
}

/** Resumes the backfill of the same request, or opens a new one before the first read. */
async function openBackfill(
  { pipeline, ledger, context, signal }: Run,
  request: Required<BackfillRequest> & Pick<BackfillOptions, 'attribution'>,
): Promise<Backfill> {
  const { streams, from, until, attribution } = request;
  const known = openBackfillOf(ledger.state, request, 'backfill');
  if (known) {
    context.logger.info({ backfill: known.id }, 'resuming an interrupted backfill');
    return known;
  }
  const now = await pipeline.source.now({ signal });
  const at = context.runtime.now();
  const id = newBackfillId(ledger.state, 'backfill');
  const backfill = { id, streams, from, until, createdBefore: now - pipeline.settleMs, at };
  await ledger.commit([{ type: 'open-backfill', backfill, attribution: { ...attribution, at } }]);
  return backfill;
}

/** Follows the source between the windows of other work that holds the lease, whenever a scheduled run is due. */
function interleavedFollowing(run: Run, binding: Binding, nextRun: (after: Instant) => Instant) {
  const { runtime } = run.context;
  const followed = followedUntil(run.ledger.state, streamNames(run.pipeline.mapper));
  let servedUntil = (followed ?? binding.handover) + run.pipeline.settleMs;
  return {
    isDue: (): boolean => {
      // After a clock was set back, the times of the schedule count from there: the old time can be hours away.
      servedUntil = Math.min(servedUntil, runtime.now());
      return nextRun(servedUntil) <= runtime.now();
    },
    /** One pass over every stream. */
    async follow(): Promise<void> {
      servedUntil = runtime.now();
      await runStreams({ ...run, progress: new ProgressTally() }, binding);
    },
  };
}
