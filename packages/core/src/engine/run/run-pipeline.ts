import type { SourceEnd } from '../../contracts/source.js';
import type { Binding } from '../../contracts/state-store.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import { runStream } from './run-stream.js';
import type { Run } from './run.js';
import { endOfSource, reportEnd } from './source-end.js';
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
  const end = await endOfSource(run);
  for (const stream of run.pipeline.mapper.streams) await runStream(run, stream, binding, end);
  return end;
}
