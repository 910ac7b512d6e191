import { SluiceError } from '../contracts/errors.js';
import type { Binding, StateWriter } from '../contracts/state-store.js';
import { bindingToCommit } from './bind-state.js';
import { LedgerKeeper } from './ledger-keeper.js';
import { withPatience } from './patience.js';
import { pauseCauseOf } from './pause-error.js';
import type { EngineContext, Pipeline } from './pipeline.js';
import { RunRecorder, type RunProgress, type RunReport } from './run-report.js';
import { createRunSession } from './run-session.js';
import { runStream } from './run-stream.js';

export interface RunOptions {
  /** Asks the run to finish what is in flight, save the cursor and end. */
  readonly signal: AbortSignal;
  /** How often to try the source and the sink before their first answer; `Infinity` for a process that stays up. */
  readonly attemptsBeforeFirstAnswer?: number;
  /** Called often; never awaited. */
  readonly onProgress?: (progress: RunProgress) => void;
}

export interface RunResult {
  readonly report: RunReport;
  /**
   * - `done`: caught up.
   * - `stopped`: the signal asked for it; what was finished is saved.
   * - `paused`: somebody has to look at it (see `failure`); kept in the state.
   * - `failed`: see `failure`; the next run goes on from the cursor.
   */
  readonly outcome: 'done' | 'stopped' | 'paused' | 'failed';
  readonly failure?: SluiceError;
}

const ATTEMPTS_BEFORE_FIRST_ANSWER = 3;

/**
 * One pass of a pipeline: plans the windows that are due, executes them stream by stream, and reports. Closes source,
 * sink and state in every case. Throws only what is a bug.
 */
export async function runPipeline(pipeline: Pipeline, context: EngineContext, options: RunOptions): Promise<RunResult> {
  const { runtime, logger } = context;
  const streams = pipeline.mapper.streams.map(({ stream }) => stream);
  const recorder = new RunRecorder(pipeline.name, streams, runtime.now(), runtime.monotonicMs());
  const result = (outcome: RunResult['outcome'], failure?: SluiceError): RunResult => ({
    report: recorder.report(runtime.monotonicMs()),
    outcome,
    ...(failure ? { failure } : {}),
  });

  let writer: StateWriter | undefined;
  try {
    writer = await pipeline.state.acquire(pipeline.name);
    await run(pipeline, writer, recorder, context, options);
    return result('done');
  } catch (error) {
    if (options.signal.aborted) return result('stopped');
    if (!(error instanceof SluiceError)) throw error;
    const cause = pauseCauseOf(error);
    if (!cause) return result('failed', error);
    const pause = { cause, message: error.message, since: runtime.now() };
    await writer?.commit([{ type: 'pause', pause }]).catch((reason: unknown) => {
      logger.error({ error: String(reason) }, 'the pause could not be saved');
    });
    return result('paused', error);
  } finally {
    await pipeline.source.close();
    await pipeline.sink.close();
    await writer?.release();
  }
}

async function run(
  pipeline: Pipeline,
  writer: StateWriter,
  recorder: RunRecorder,
  context: EngineContext,
  options: RunOptions,
): Promise<void> {
  const { signal, onProgress = () => undefined } = options;
  const attempts = options.attemptsBeforeFirstAnswer ?? ATTEMPTS_BEFORE_FIRST_ANSWER;
  const { source, sink, mapper } = pipeline;
  await withPatience(() => source.open({ signal }), { what: 'the source', attempts, signal }, context);

  const ledger = new LedgerKeeper(pipeline, writer, await writer.read(), recorder);
  const binding = await bind(pipeline, ledger, context, signal);

  await withPatience(() => sink.open({ signal }), { what: 'the sink', attempts, signal }, context);
  const session = createRunSession({ pipeline, context, ledger, recorder, signal, onProgress });
  for (const stream of mapper.streams) await runStream(session, stream, binding);
}

/** Makes sure that the state belongs to this pipeline, and fixes the handover before the first read. */
async function bind(
  pipeline: Pipeline,
  ledger: LedgerKeeper,
  context: EngineContext,
  signal: AbortSignal,
): Promise<Binding> {
  const patience = { what: 'the source', attempts: Number.POSITIVE_INFINITY, signal };
  const now = await withPatience(() => pipeline.source.now({ signal }), patience, context);
  const toCommit = bindingToCommit(pipeline, ledger.state, now);
  if (toCommit) await ledger.commit([{ type: 'bind', binding: toCommit }]);
  const binding = toCommit ?? ledger.state.binding;
  if (!binding) throw new Error('the state has no binding after one was committed');
  return binding;
}
