import type { SourceEnd } from '../../contracts/source.js';
import type { Binding } from '../../contracts/state-store.js';
import { holdPipeline, type RunOptions, type RunResult } from './hold-pipeline.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import type { RunSession } from './run-session.js';
import { runStream } from './run-stream.js';
import { endOfSource, tellEnd } from './source-end.js';

/**
 * One pass of a pipeline: plans the windows that are due, executes them stream by stream, and reports. Closes source,
 * sink and state in every case. Throws only what is a bug.
 */
export async function runPipeline(pipeline: Pipeline, context: EngineContext, options: RunOptions): Promise<RunResult> {
  return holdPipeline(pipeline, context, options, async (session, binding) => {
    const end = await runStreams(session, binding);
    if (end) await tellEnd(session, end);
  });
}

/** Brings every stream up to the source's clock less `settle`, one after another. Returns the end of a source that has one. */
export async function runStreams(session: RunSession, binding: Binding): Promise<SourceEnd | undefined> {
  const end = await endOfSource(session);
  for (const stream of session.pipeline.mapper.streams) await runStream(session, stream, binding, end);
  return end;
}
