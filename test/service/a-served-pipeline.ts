import type { Runtime } from '@sluice/core/adapter';
import type { Sink } from '@sluice/core/sink';
import type { Source, StreamSchema } from '@sluice/core/source';
import type { StateStore } from '@sluice/core/state';
import type { Mapper } from '@sluice/core/config';
import {
  InProcessScheduler,
  PipelineMonitor,
  servePipeline,
  type Observation,
  type Schedule,
  type Scheduler,
  type Turns,
} from '@sluice/core/service';
import {
  aUuid,
  manualRuntime,
  memorySource,
  MemoryStateStore,
  recordingLogger,
  recordingSink,
  type ManualRuntime,
  type MemoryRecord,
  type RecordingLogger,
  type RecordingSink,
} from '@sluice/testkit';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
const SETTLE = 30 * MINUTE;

const TICKS: StreamSchema = {
  name: 'tick',
  doc: 'Something that happens every few minutes.',
  key: ['id'],
  fields: { id: { type: 'number', nullable: false, changeable: false, personal: false, doc: 'The key.' } },
};

const mapper: Mapper = {
  events: [],
  hash: 'ticks-1',
  streams: [
    {
      stream: 'tick',
      fields: [{ field: 'id' }],
      map: ([id]) => ({ kind: 'events', events: [{ event: 'tick', uuid: aUuid(Number(id)), id: Number(id) }] }),
    },
  ],
};

/** Records at a regular interval, from `from` to `until`. */
export function ticks(from: number, until: number, everyMs: number): readonly MemoryRecord[] {
  const count = Math.floor((until - from) / everyMs);
  return Array.from({ length: count }, (_, id) => ({
    key: String(id).padStart(6, '0'),
    createdAt: from + id * everyMs,
    values: { id },
  }));
}

/** When a run began and ended, and how many events were accepted in it. */
export interface ObservedRun {
  readonly begun: number;
  ended?: number;
  accepted: number;
}

export interface ServedBench {
  readonly runtime: ManualRuntime;
  readonly sink: RecordingSink;
  readonly logger: RecordingLogger;
  readonly monitor: PipelineMonitor;
  readonly observations: readonly Observation[];
  /** In order; two that overlap would be seen here. */
  readonly runs: readonly ObservedRun[];
  /** Serves until the clock says so, as one process; a later call is the next process. */
  serve(until: number): Promise<void>;
  /** Tells the process that serves to stop. */
  stop(): void;
}

export interface ServedOptions {
  readonly runtime: ManualRuntime;
  readonly schedule?: Schedule;
  readonly records?: readonly MemoryRecord[];
  readonly name?: string;
  readonly sink?: RecordingSink;
  readonly logger?: RecordingLogger;
  readonly state?: StateStore;
  readonly turns?: Turns;
  readonly scheduler?: Scheduler;
  readonly maxEvents?: number;
  readonly wrapSource?: (source: Source) => Source;
  readonly wrapSink?: (sink: Sink) => Sink;
}

export const HOURLY: Schedule = { kind: 'cron', cron: '30 * * * *', timeZone: 'UTC' };

export function runtimeAt(text: string): ManualRuntime {
  return manualRuntime({ startAt: Date.parse(text) });
}

/** A pipeline on a schedule over a source, a sink and a state in memory. */
export function aServedPipeline(options: ServedOptions): ServedBench {
  const { runtime, schedule = HOURLY, name = 'ticks', records = [] } = options;
  const { sink = recordingSink(), logger = recordingLogger(), state = new MemoryStateStore() } = options;
  const { wrapSource = (source) => source, wrapSink = (each) => each, turns, scheduler, maxEvents } = options;
  const config = { name, schedule, settleMs: SETTLE, mapper };
  const monitor = new PipelineMonitor(config, runtime);
  const observations: Observation[] = [];
  const runs: ObservedRun[] = [];
  let stopping = new AbortController();
  const observe = (observation: Observation): void => {
    observations.push(observation);
    if (observation.kind === 'run-started') runs.push({ begun: runtime.now(), accepted: 0 });
    const last = runs.at(-1);
    if (observation.kind === 'committed' && last) last.accepted += observation.counts.accepted;
    if (observation.kind === 'run-ended' && last) last.ended = runtime.now();
  };
  const compose = () => ({
    ...config,
    source: wrapSource(
      memorySource({ streams: [{ schema: TICKS, records }], now: () => runtime.now(), pageSize: 1000 }),
    ),
    sink: wrapSink(sink),
    state,
    start: { kind: 'beginning', text: 'beginning' } as const,
    revisitMs: DAY,
    maxWindowMs: DAY,
    delivery: { maxDeadLetterShare: 0.05, maxEvents },
  });
  return {
    runtime,
    sink,
    logger,
    monitor,
    observations,
    runs,
    stop: () => stopping.abort(new Error('stopped by SIGTERM')),
    serve: async (until) => {
      const stop = new AbortController();
      stopping = stop;
      // Not a separate sleeper: the clock would jump to it whenever a run waits for something other than the clock.
      const ending: Runtime = {
        ...runtime,
        sleep: async (ms, signal) => {
          await runtime.sleep(Math.min(ms, until - runtime.now()), signal);
          if (runtime.now() >= until) stop.abort(new Error('stopped by SIGTERM'));
        },
      };
      await servePipeline(
        { config, state: state.reader(name), isShared: false, compose },
        { runtime: ending, logger, scheduler: scheduler ?? new InProcessScheduler(ending) },
        { signal: stop.signal, monitor, observe, ...(turns && { turns }) },
      );
    },
  };
}
