import type { StreamMapper } from '../../contracts/mapper.js';
import type { Invite } from '../../contracts/scheduler.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { Binding } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { executeWindow } from './execute-window.js';
import { expectRest } from './expect-rest.js';
import { whileInviting } from './invite-others.js';
import { mappingChange } from './mapping-change.js';
import { planNext } from './plan-window.js';
import type { Run } from './run.js';
import { sendHeld } from './send-held.js';
import { shareStream } from './share-stream.js';
import { sideBySide } from './side-by-side.js';
import { limitAtEnd, reportEnd } from './source-end.js';
import { lengthInFollowing, lengthInHistory } from './window-length.js';
import { withLease, type RunOptions, type RunResult } from './with-lease.js';

/** How a run shares a pipeline with other processes. */
interface Sharing {
  /**
   * Whether it only helps the run of another process: it ends when there is nothing for one more worker, and leaves it to
   * that run to say how it ended.
   */
  readonly joins?: boolean;
  /** Called again and again while there is work for one more process, where several workers share the pipeline. */
  readonly invite?: Invite;
}

/**
 * Runs a pipeline once: plans the windows that are due, executes them, and reports. Always closes source,
 * sink and state. Throws only for a bug.
 */
export async function runPipeline(
  pipeline: Pipeline,
  context: EngineContext,
  options: RunOptions & Sharing,
): Promise<RunResult> {
  return withLease(pipeline, context, { ...options, shares: true }, async (run, binding, recorder) => {
    const change = mappingChange(run.ledger.state, pipeline.mapper.hash);
    if (change) {
      recorder.mappingChanged(change);
      const { was, is } = change;
      run.context.logger.info({ was, is }, 'the mapping has changed; what was sent before keeps its old shape');
    }
    const end = await runStreams(run, binding, options);
    if (end) await reportEnd(run, end, recorder);
  });
}

/** Exports every stream up to the source's clock less `settle`, all at the same time. Returns the source's end, if it has ended. */
export async function runStreams(
  run: Run,
  binding: Binding,
  { joins = false, invite }: Sharing = {},
): Promise<SourceEnd | undefined> {
  const { pipeline, context, ledger, signal } = run;
  const { source, mapper, settleMs, revisitMs } = pipeline;
  const isShared = ledger.worker !== undefined;
  const end = await source.ended?.({ signal });
  for (const { stream } of mapper.streams) await expectRest(run, stream);
  if (!isShared) {
    await sideBySide(
      run,
      mapper.streams.map((stream) => (shared) => finishOpenWindows(shared, stream)),
    );
  }
  const now = await source.now({ signal });
  context.observe({ kind: 'source-time', now });
  const limit = limitAtEnd(now - settleMs, end, revisitMs);
  const exportStreams = () =>
    sideBySide(
      run,
      mapper.streams.map(
        (stream) => (parts) =>
          isShared ? shareStream(parts, stream, { limit, joins }) : exportDueWindows(parts, stream, binding, limit),
      ),
    );
  if (isShared && invite !== undefined) await whileInviting(run, { limit, invite }, exportStreams);
  else await exportStreams();
  // Whether the source has ended, and what is held, is for the run that was joined.
  if (joins) return undefined;
  // One after another: only then is the id of the next window known before it is planned.
  for (const stream of mapper.streams) {
    await sendHeld(run, stream, limit, () => shareStream(run, stream, { limit }));
  }
  const { declined: records } = run.line.held;
  if (records > 0)
    context.logger.warn({ records }, 'records were sent before they are final, because too many are held');
  return end;
}

/** Those of a requested backfill are left to that backfill. */
async function finishOpenWindows(run: Run, mapper: StreamMapper): Promise<void> {
  const open = run.ledger.state.windows.filter(
    ({ window, status, purpose }) => window.stream === mapper.stream && status === 'open' && purpose !== 'backfill',
  );
  for (const window of open) {
    if (window.purpose === 'held') await run.ledger.dropHeld(window);
    else await executeWindow(run, mapper, window);
  }
}

/** Plans and executes the windows of a stream up to `limit`. */
async function exportDueWindows(run: Run, mapper: StreamMapper, binding: Binding, limit: Instant): Promise<void> {
  const { pipeline, context, ledger, signal } = run;
  const { stream } = mapper;
  const options = { source: pipeline.source, revisitMs: pipeline.revisitMs, limit, signal };
  const inHistory = lengthInHistory(pipeline.maxWindowMs);
  const inFollowing = lengthInFollowing(pipeline.maxWindowMs);
  for (;;) {
    signal.throwIfAborted();
    const length = ledger.state.backfilled.includes(stream) ? inFollowing : inHistory;
    const plan = await planNext(stream, binding, ledger.state, { ...options, windowMs: length.ms });
    if (plan.kind === 'caught-up') return;
    if (plan.kind === 'backfilled') await ledger.backfilled(stream, binding);
    else {
      await expectRest(run, stream);
      const planned = await ledger.plan(plan.purpose, plan.window, context.runtime.now());
      length.held(plan.window, await executeWindow(run, mapper, planned));
    }
  }
}
