import type { StreamMapper } from '../../contracts/mapper.js';
import type { SourceEnd } from '../../contracts/source.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Window } from '../../contracts/window.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { executeWindow } from './execute-window.js';
import { planNext } from './plan-window.js';
import type { Run } from './run.js';
import { limitAtEnd, reportEnd } from './source-end.js';
import { withLease, type RunOptions, type RunResult } from './with-lease.js';

/**
 * Runs a pipeline once: plans the windows that are due, executes them stream by stream, and reports. Always closes source,
 * sink and state. Throws only for a bug.
 */
export async function runPipeline(pipeline: Pipeline, context: EngineContext, options: RunOptions): Promise<RunResult> {
  return withLease(pipeline, context, options, async (run, binding, recorder) => {
    const end = await runStreams(run, binding);
    if (end) await reportEnd(run, end, recorder);
  });
}

/** Exports every stream up to the source's clock less `settle`, one after another. Returns the source's end, if it has ended. */
export async function runStreams(run: Run, binding: Binding): Promise<SourceEnd | undefined> {
  const end = await run.pipeline.source.ended?.({ signal: run.signal });
  for (const stream of run.pipeline.mapper.streams) await runStream(run, stream, binding, end);
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
  for (const window of open) await executeWindow(run, mapper, window, 0);

  const now = await pipeline.source.now({ signal });
  context.observe({ kind: 'source-time', now });
  const options = {
    source: pipeline.source,
    revisitMs: pipeline.revisitMs,
    maxWindowMs: pipeline.maxWindowMs,
    limit: limitAtEnd(now - pipeline.settleMs, end, pipeline.revisitMs),
    signal,
  };
  let first: number | undefined;
  for (;;) {
    signal.throwIfAborted();
    const plan = await planNext(stream, binding, ledger.state, options);
    if (plan.kind === 'caught-up') return;
    if (plan.kind === 'backfilled') await ledger.commit([{ type: 'backfilled', stream }]);
    else {
      first ??= plan.window.from;
      const planned = await ledger.plan(plan.purpose, plan.window, context.runtime.now());
      if (plan.empty) await ledger.advance(planned, undefined, { at: context.runtime.now(), isEnd: true });
      else await executeWindow(run, mapper, planned, shareBefore(plan.window, first, options.limit));
    }
  }
}

function shareBefore(window: Window, first: number, limit: number): number {
  if (limit <= first) return 0;
  return Math.min(1, Math.max(0, (window.from - first) / (limit - first)));
}
