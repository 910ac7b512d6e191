import type { StreamMapper } from '../../contracts/mapper.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { Binding } from '../../contracts/state-store.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { executeWindow } from './execute-window.js';
import { estimateRest } from './first-backfill.js';
import { mappingChange } from './mapping-change.js';
import { planNext } from './plan-window.js';
import type { Run } from './run.js';
import { sideBySide } from './side-by-side.js';
import { limitAtEnd, reportEnd } from './source-end.js';
import { lengthInFollowing, lengthInHistory } from './window-length.js';
import { withLease, type RunOptions, type RunResult } from './with-lease.js';

/**
 * Runs a pipeline once: plans the windows that are due, executes them, and reports. Always closes source,
 * sink and state. Throws only for a bug.
 */
export async function runPipeline(pipeline: Pipeline, context: EngineContext, options: RunOptions): Promise<RunResult> {
  return withLease(pipeline, context, options, async (run, binding, recorder) => {
    const change = mappingChange(run.ledger.state, pipeline.mapper.hash);
    if (change) {
      recorder.mappingChanged(change);
      const { was, is } = change;
      run.context.logger.info({ was, is }, 'the mapping has changed; what was sent before keeps its old shape');
    }
    const end = await runStreams(run, binding);
    if (end) await reportEnd(run, end, recorder);
  });
}

/** Exports every stream up to the source's clock less `settle`, all at the same time. Returns the source's end, if it has ended. */
export async function runStreams(run: Run, binding: Binding): Promise<SourceEnd | undefined> {
  const { pipeline, signal } = run;
  const end = await pipeline.source.ended?.({ signal });
  for (const { stream } of pipeline.mapper.streams) await expectRest(run, stream);
  await sideBySide(
    run,
    pipeline.mapper.streams.map((stream) => (shared) => runStream(shared, stream, binding, end)),
  );
  return end;
}

/** Exports one stream up to the source's clock less `settle`: first open windows, then those that are due. */
async function runStream(run: Run, mapper: StreamMapper, binding: Binding, end?: SourceEnd): Promise<void> {
  const { pipeline, context, ledger, signal } = run;
  const { stream } = mapper;

  // Open windows of a requested backfill are left to that backfill.
  const open = ledger.state.windows.filter(
    ({ window, status, purpose }) => window.stream === stream && status === 'open' && purpose !== 'backfill',
  );
  for (const window of open) await executeWindow(run, mapper, window);

  const now = await pipeline.source.now({ signal });
  context.observe({ kind: 'source-time', now });
  const options = {
    source: pipeline.source,
    revisitMs: pipeline.revisitMs,
    limit: limitAtEnd(now - pipeline.settleMs, end, pipeline.revisitMs),
    signal,
  };
  const inHistory = lengthInHistory(pipeline.maxWindowMs);
  const inFollowing = lengthInFollowing(pipeline.maxWindowMs);
  for (;;) {
    signal.throwIfAborted();
    const length = ledger.state.backfilled.includes(stream) ? inFollowing : inHistory;
    const plan = await planNext(stream, binding, ledger.state, { ...options, windowMs: length.ms });
    if (plan.kind === 'caught-up') return;
    if (plan.kind === 'backfilled') await ledger.commit([{ type: 'backfilled', stream }]);
    else {
      await expectRest(run, stream);
      const planned = await ledger.plan(plan.purpose, plan.window, context.runtime.now());
      length.held(plan.window, await executeWindow(run, mapper, planned));
    }
  }
}

/** Tells who watches about how many records of a stream are left of its first backfill. */
async function expectRest({ pipeline, ledger, progress, signal }: Run, stream: string): Promise<void> {
  if (!progress.isWatched || ledger.state.backfilled.includes(stream)) return;
  progress.expect(stream, await estimateRest(pipeline.source, ledger.state, stream, signal));
}
