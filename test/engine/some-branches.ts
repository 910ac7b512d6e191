import { setImmediate } from 'node:timers/promises';
import { runPipeline, SharedSource, type Pipeline, type RunOptions, type RunResult } from '@sluice/core/engine';
import type { Mapper } from '@sluice/core/config';
import type { HourDigest, PipelineState } from '@sluice/core/state';
import {
  manualRuntime,
  MemoryState,
  MemoryStateStore,
  recordingLogger,
  type ManualRuntime,
  type MemorySource,
  type RecordingLogger,
  type RecordingSink,
} from '@sluice/testkit';
import { aPipeline, NOW } from './a-pipeline.js';

/** Enough for everything that is not waiting for time to pass. */
const ROUNDS_WITHOUT_PROGRESS = 40;
const STEP_MS = 250;

export interface Branches {
  readonly runtime: ManualRuntime;
  readonly logger: RecordingLogger;
  /** How often the source was opened and closed. */
  readonly calls: { opened: number; closed: number };
  readonly shared: SharedSource;
  /** Runs the named branches side by side; a run that ends with a bug gives its error. */
  run(names?: readonly string[], options?: Partial<RunOptions>): Promise<Readonly<Record<string, RunResult | Error>>>;
  state(name: string): Promise<PipelineState>;
  /** Of the records that a branch has exported. */
  digests(name: string): Promise<readonly HourDigest[]>;
}

/** One branch for each sink, over one source. The clock moves when nothing else can. */
export function someBranches(
  source: MemorySource,
  sinks: Readonly<Record<string, RecordingSink>>,
  { mappers = {}, seed = 1 }: { readonly mappers?: Readonly<Record<string, Mapper>>; readonly seed?: number } = {},
): Branches {
  const runtime = manualRuntime({ startAt: NOW, seed, sleepEndsBy: 'advance' });
  const logger = recordingLogger();
  const calls = { opened: 0, closed: 0 };
  const counted = {
    ...source,
    open: async () => {
      calls.opened += 1;
    },
    close: async () => {
      calls.closed += 1;
    },
  };
  const shared = new SharedSource(() => counted, { runtime, logger });
  const state = new MemoryState();
  const { mapper: notesMapper } = aPipeline({ source }).pipeline;

  function pipelineOf(name: string, sink: RecordingSink): Pipeline {
    const mapper = mappers[name] ?? notesMapper;
    return {
      ...aPipeline({ source, sink }).pipeline,
      name: `notes.${name}`,
      mapper,
      source: shared.branch({ name, streams: mapper.streams }),
      state: new MemoryStateStore({}, state),
    };
  }

  return {
    runtime,
    logger,
    calls,
    shared,
    state: (name) => new MemoryStateStore({}, state).reader(`notes.${name}`).read(),
    digests: (name) =>
      new MemoryStateStore({}, state).reader(`notes.${name}`).digests('note', 0, Number.POSITIVE_INFINITY),
    async run(names = Object.keys(sinks), options = {}) {
      const signal = new AbortController().signal;
      const runs = names.map(async (name) => {
        const sink = sinks[name];
        if (sink === undefined) throw new Error(`no sink ${name}`);
        try {
          const result = await runPipeline(pipelineOf(name, sink), { runtime, logger }, { signal, ...options });
          return [name, result] as const;
        } catch (error) {
          return [name, error instanceof Error ? error : new Error(String(error))] as const;
        }
      });
      return Object.fromEntries(await whileTimePasses(Promise.all(runs), runtime));
    },
  };
}

async function whileTimePasses<T>(work: Promise<T>, runtime: ManualRuntime): Promise<T> {
  const ended = new AbortController();
  const end = () => ended.abort();
  void work.then(end, end);
  while (!ended.signal.aborted) {
    for (let round = 0; round < ROUNDS_WITHOUT_PROGRESS; round += 1) await setImmediate();
    if (runtime.sleepers > 0) runtime.advance(STEP_MS);
  }
  return work;
}
