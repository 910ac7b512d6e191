import type { Backfill } from '../../contracts/ledger.js';
import { streamNames, type StreamMapper } from '../../contracts/mapper.js';
import type { PipelineState } from '../../contracts/pipeline-state.js';
import type { StateReader } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';
import { windowsOfBackfill } from './backfill-stream.js';
import { latestEnd } from '../run/window-ends.js';
import { FailureLimit } from '../retry/failure-limit.js';
import { retryingSource } from '../retry/retrying-source.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { planEventWindow } from '../run/plan-event-window.js';
import { lengthInRange } from '../run/window-length.js';
import { assertBackfillable, openBackfillOf, type BackfillRequest } from './run-backfill.js';
import { batchLimits } from '../delivery/delivery-line.js';
import { sampleWindow, type WindowSample } from './sample-window.js';

/** What a backfill would do in one stream. Records and events are estimates, absent if the source makes none. */
export interface StreamBackfillPreview {
  readonly stream: string;
  /** At least. */
  readonly windows: number;
  readonly records?: number;
  readonly events?: number;
  /** How many of `events` count as history at the destination: see `Sink.history`. */
  readonly historicalEvents?: number;
  /** At least. */
  readonly requests?: number;
}

/** An expected pace and its basis. */
export interface ExpectedPace {
  readonly eventsPerSecond: number;
  /**
   * - `first-backfill`: the pace of this pipeline's first backfill, including waits.
   * - `sample`: the pace at which some records of the range were read, mapped and encoded; sending takes longer.
   * - `limit`: what `delivery.maxEventsPerSecond` allows.
   */
  readonly basis: 'first-backfill' | 'sample' | 'limit';
}

/** What a backfill would do. */
export interface BackfillPreview {
  readonly from: Instant;
  readonly until: Instant;
  /** Only records created before this are exported. */
  readonly createdBefore: Instant;
  /** Whether it would resume an interrupted backfill; the numbers are then those of what is left. */
  readonly isResumed: boolean;
  readonly streams: readonly StreamBackfillPreview[];
  /** Events before this count as history at the destination, and what that means. Absent: no difference. */
  readonly history?: { readonly before: Instant; readonly meaning: string };
  /** Absent when there is nothing to do, or the source makes no estimates. */
  readonly pace?: ExpectedPace;
  readonly expectedMs?: number;
}

/** Predicts what `backfillPipeline` would do. Sends and writes nothing. Always closes source and sink. */
export async function previewBackfill(
  given: Omit<Pipeline, 'state'> & { readonly state: Pick<StateReader, 'read'> },
  context: EngineContext,
  request: BackfillRequest & { readonly signal: AbortSignal },
): Promise<BackfillPreview> {
  const failureLimit = new FailureLimit(given.delivery.giveUpAfterMs, context);
  const pipeline = { ...given, source: retryingSource(given.source, { ...context, observe: failureLimit.observe }) };
  const { source, sink, settleMs } = pipeline;
  const { from, until } = request;
  const signal = AbortSignal.any([request.signal, failureLimit.gaveUp]);
  try {
    const state = await pipeline.state.read();
    const mappers = assertBackfillable(pipeline, state, request);
    const streams = streamNames({ streams: mappers });
    await source.open({ signal });
    const now = await source.now({ signal });
    const open = openBackfillOf(state, { streams, from, until }, 'backfill');
    const backfill = open ?? { id: '', streams, from, until, createdBefore: now - settleMs, at: now };
    const history = sink.history && {
      before: now - sink.history.afterMs,
      meaning: sink.history.meaning,
    };
    const previews: StreamBackfillPreview[] = [];
    const samples: WindowSample[] = [];
    const options = { state, backfill, historyFrom: history?.before, signal };
    for (const mapper of mappers) {
      const { preview, sample } = await previewStream(pipeline, mapper, options, context);
      previews.push(preview);
      if (sample) samples.push(sample);
    }
    const events = previews.reduce((sum, each) => sum + (each.events ?? 0), 0);
    const pace = events === 0 ? undefined : expectedPace(pipeline, state, samples);
    return {
      from,
      until,
      createdBefore: backfill.createdBefore,
      isResumed: open !== undefined,
      streams: previews,
      ...(history && { history }),
      ...(pace === undefined ? {} : { pace, expectedMs: Math.round((events / pace.eventsPerSecond) * 1000) }),
    };
  } finally {
    await source.close();
    await sink.close();
  }
}

interface StreamOptions {
  readonly state: PipelineState;
  readonly backfill: Backfill;
  readonly historyFrom: Instant | undefined;
  readonly signal: AbortSignal;
}

async function previewStream(
  pipeline: Omit<Pipeline, 'state'>,
  mapper: StreamMapper,
  { state, backfill, historyFrom, signal }: StreamOptions,
  context: EngineContext,
): Promise<{ readonly preview: StreamBackfillPreview; readonly sample?: WindowSample }> {
  const { source } = pipeline;
  const { stream } = mapper;
  const windows = await leftWindows(pipeline, stream, { state, backfill, signal });
  const [first] = windows;
  if (first === undefined) {
    return { preview: { stream, windows: 0, records: 0, events: 0, historicalEvents: 0, requests: 0 } };
  }
  const sample = await sampleWindow(pipeline, mapper, first, { signal }, context);
  const estimate = async (from: Instant, until: Instant) =>
    from >= until ? 0 : source.estimate?.({ ...first, from, until }, { signal });
  const border = Math.min(Math.max(first.from, historyFrom ?? first.from), backfill.until);
  const [old, young] = [await estimate(first.from, border), await estimate(border, backfill.until)];
  if (old === undefined || young === undefined) return { preview: { stream, windows: windows.length }, sample };
  const events = Math.round((old + young) * sample.eventsPerRecord);
  const { maxEvents, maxBytes } = batchLimits(pipeline);
  const full = Math.max(events / maxEvents, (events * sample.bytesPerEvent) / maxBytes);
  return {
    sample,
    preview: {
      stream,
      windows: windows.length,
      records: old + young,
      events,
      historicalEvents: Math.round(old * sample.eventsPerRecord),
      // A window's last request is seldom full.
      requests: events === 0 ? 0 : Math.max(Math.ceil(full), Math.min(windows.length, events)),
    },
  };
}

/** The remaining windows, if none holds so many records that the next ones become shorter. */
async function leftWindows(
  { source, maxWindowMs }: Omit<Pipeline, 'state'>,
  stream: string,
  { state, backfill, signal }: Omit<StreamOptions, 'historyFrom'>,
): Promise<readonly Window[]> {
  const known = windowsOfBackfill(state, backfill.id, stream);
  const windows = known.filter(({ status }) => status === 'open').map(({ window }) => window);
  const { ms: windowMs } = lengthInRange(backfill, maxWindowMs);
  let plannedUntil = latestEnd(known);
  for (;;) {
    const window = await planEventWindow(stream, backfill, plannedUntil, { source, windowMs, signal });
    if (window === undefined) return windows;
    plannedUntil = window.until;
    windows.push(window);
  }
}

/** Fewer events tell little about the pace. */
const LEAST_EVENTS = 1000;

function expectedPace(
  { delivery }: Omit<Pipeline, 'state'>,
  state: PipelineState,
  samples: readonly WindowSample[],
): ExpectedPace | undefined {
  const { maxEventsPerSecond = Number.POSITIVE_INFINITY } = delivery;
  const known = firstBackfillPace(state) ?? samplePace(samples);
  if (known === undefined) return undefined;
  return known.eventsPerSecond > maxEventsPerSecond ? { eventsPerSecond: maxEventsPerSecond, basis: 'limit' } : known;
}

function firstBackfillPace({ windows }: PipelineState): ExpectedPace | undefined {
  let [events, ms] = [0, 0];
  for (const { purpose, plannedAt, finishedAt = plannedAt, segments } of windows) {
    if (purpose !== 'first-backfill') continue;
    events += segments.reduce((sum, { counts }) => sum + counts.accepted, 0);
    ms += finishedAt - plannedAt;
  }
  if (events < LEAST_EVENTS || ms <= 0) return undefined;
  return { eventsPerSecond: (events / ms) * 1000, basis: 'first-backfill' };
}

function samplePace(samples: readonly WindowSample[]): ExpectedPace | undefined {
  const events = samples.reduce((sum, each) => sum + each.events, 0);
  const ms = samples.reduce((sum, each) => sum + each.durationMs, 0);
  return events === 0 || ms <= 0 ? undefined : { eventsPerSecond: (events / ms) * 1000, basis: 'sample' };
}
