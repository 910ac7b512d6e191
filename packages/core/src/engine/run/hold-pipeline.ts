import { SluiceError, StateError } from '../../contracts/errors.js';
import type { Observation, Observer } from '../../contracts/observation.js';
import type { Binding, LastRun, Pause, StateChange, StateWriter } from '../../contracts/state-store.js';
import { bindingToCommit } from './bind-state.js';
import { keepLease } from './keep-lease.js';
import { LedgerWriter } from './ledger-writer.js';
import { withRetry } from '../retry/with-retry.js';
import { pauseCauseOf } from '../delivery/pause-error.js';
import type { EngineContext, Pipeline, RunContext } from '../pipeline.js';
import { newRunId } from './run-id.js';
import { RunRecorder, type RunProgress, type RunReport } from './run-report.js';
import { createRunSession, type RunSession } from './run-session.js';

export interface RunOptions {
  /** Asks the run to finish what is in flight, save the cursor and end. */
  readonly signal: AbortSignal;
  /** How often to try the source and the sink before their first answer; `Infinity` for a process that stays up. */
  readonly attemptsBeforeFirstAnswer?: number;
  /** Called often; never awaited. */
  readonly onProgress?: (progress: RunProgress) => void;
  /** Watches the run. Default: nobody does. */
  readonly observe?: Observer;
  /** What the run's log lines and report carry. Default: a new one. */
  readonly runId?: string;
}

export interface RunResult {
  readonly report: RunReport;
  /**
   * - `done`: caught up.
   * - `stopped`: the signal asked for it; what was finished is saved.
   * - `paused`: somebody has to look at it (see `failure`); kept in the state.
   * - `failed`: see `failure`; the next run goes on from the cursor.
   */
  readonly outcome: LastRun['outcome'];
  readonly failure?: SluiceError;
  /** Why it is paused, in one word. */
  readonly cause?: Pause['cause'];
}

/** With `bug`, an error that nobody expected; it is thrown as well. */
type RunEnd = Omit<RunResult, 'report'> & { readonly bug?: string };

const ATTEMPTS_BEFORE_FIRST_ANSWER = 3;

/**
 * Takes the lease, opens source and sink, makes sure that the state belongs to the pipeline, and lets `work` do what it
 * is about. How it ended goes into the state. Closes source, sink and state in every case; throws only what is a bug.
 */
export async function holdPipeline(
  pipeline: Pipeline,
  outer: EngineContext,
  options: RunOptions,
  work: (session: RunSession, binding: Binding) => Promise<void>,
): Promise<RunResult> {
  const { runtime } = outer;
  const { observe = () => undefined, runId = newRunId(runtime) } = options;
  const context: RunContext = {
    runtime,
    logger: outer.logger.child({ pipeline: pipeline.name, run: runId }),
    observe,
  };
  const streams = pipeline.mapper.streams.map(({ stream }) => stream);
  const recorder = new RunRecorder(runId, pipeline.name, streams, runtime.now(), runtime.monotonicMs());
  const ended = new AbortController();
  const lost = new AbortController();
  const signal = AbortSignal.any([options.signal, lost.signal]);
  let writer: StateWriter | undefined;
  let leaseKept: Promise<void> | undefined;
  let end: RunEnd = { outcome: 'done' };
  let closings: readonly PromiseSettledResult<void>[] = [];
  observe({ kind: 'run-started', runId });
  try {
    writer = await pipeline.state.acquire(pipeline.name);
    const onLost = (error: StateError) => lost.abort(error);
    leaseKept = keepLease(writer, context, { signal: ended.signal, onLost });
    await hold(pipeline, writer, recorder, context, { ...options, signal }, work);
  } catch (error) {
    if (options.signal.aborted) end = { outcome: 'stopped' };
    else if (error instanceof SluiceError) {
      const cause = pauseCauseOf(error);
      end = cause === undefined ? { outcome: 'failed', failure: error } : { outcome: 'paused', failure: error, cause };
    } else {
      end = { outcome: 'failed', bug: String(error) };
      throw error;
    }
  } finally {
    closings = await Promise.allSettled([pipeline.source.close(), pipeline.sink.close()]);
    if (writer) await recordEnd(writer, end, context);
    ended.abort();
    await leaseKept;
    await writer?.release();
    const { durationMs } = recorder.report(runtime.monotonicMs());
    observe(asObservation(end, durationMs));
  }
  // Only now: whatever an adapter does at its end, the lease is given back.
  for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  return { report: recorder.report(runtime.monotonicMs()), ...end };
}

async function hold(
  pipeline: Pipeline,
  writer: StateWriter,
  recorder: RunRecorder,
  context: RunContext,
  options: RunOptions,
  work: (session: RunSession, binding: Binding) => Promise<void>,
): Promise<void> {
  const { signal, onProgress = () => undefined } = options;
  const attempts = options.attemptsBeforeFirstAnswer ?? ATTEMPTS_BEFORE_FIRST_ANSWER;
  const { source, sink } = pipeline;
  await withRetry(() => source.open({ signal }), { peer: 'source', attempts, signal }, context);

  const ledger = new LedgerWriter(pipeline, writer, await writer.read(), recorder, context);
  const binding = await bind(pipeline, ledger, context, signal);
  ledger.tellFollowed();

  await withRetry(() => sink.open({ signal }), { peer: 'sink', attempts, signal }, context);
  await work(createRunSession({ pipeline, context, ledger, recorder, signal, onProgress }), binding);
}

function asObservation({ outcome, failure, cause, bug }: RunEnd, durationMs: number): Observation {
  const message = bug ?? failure?.message;
  return {
    kind: 'run-ended',
    outcome: bug === undefined ? outcome : 'bug',
    durationMs,
    ...(cause === undefined ? {} : { cause }),
    ...(message === undefined ? {} : { message }),
  };
}

/** Makes sure that the state belongs to this pipeline, and fixes the handover before the first read. */
async function bind(
  pipeline: Pipeline,
  ledger: LedgerWriter,
  context: RunContext,
  signal: AbortSignal,
): Promise<Binding> {
  const retry = { peer: 'source', attempts: Number.POSITIVE_INFINITY, signal } as const;
  const now = await withRetry(() => pipeline.source.now({ signal }), retry, context);
  context.observe({ kind: 'source-time', now });
  const toCommit = bindingToCommit(pipeline, ledger.state, now);
  if (toCommit) await ledger.commit([{ type: 'bind', binding: toCommit }]);
  const binding = toCommit ?? ledger.state.binding;
  if (!binding) throw new Error('the state has no binding after one was committed');
  return binding;
}

/** Whoever looks at the state sees how the last run ended, and why. A state that cannot be written is not asked again. */
async function recordEnd(
  writer: StateWriter,
  { outcome, failure, cause }: RunEnd,
  { runtime, logger }: EngineContext,
): Promise<void> {
  if (failure instanceof StateError) return;
  const at = runtime.now();
  const error = failure === undefined ? {} : { error: failure.message };
  const changes: StateChange[] = [{ type: 'run-ended', run: { at, outcome, ...error } }];
  if (failure && cause) changes.push({ type: 'pause', pause: { cause, message: failure.message, since: at } });
  try {
    if (outcome === 'done' && (await writer.read()).pause) changes.push({ type: 'resume' });
    await writer.commit(changes);
  } catch (reason) {
    logger.error({ error: String(reason) }, 'how the run ended could not be saved');
  }
}
