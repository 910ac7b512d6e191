import { holdPipeline, type RunOptions, type RunResult } from './hold-pipeline.js';
import type { EngineContext, Pipeline } from './pipeline.js';
import { runStream } from './run-stream.js';
import { endOfSource, tellEnd } from './source-end.js';

/**
 * One pass of a pipeline: plans the windows that are due, executes them stream by stream, and reports. Closes source,
 * sink and state in every case. Throws only what is a bug.
 */
export async function runPipeline(pipeline: Pipeline, context: EngineContext, options: RunOptions): Promise<RunResult> {
  return holdPipeline(pipeline, context, options, async (session, binding) => {
    const end = await endOfSource(session);
    for (const stream of pipeline.mapper.streams) await runStream(session, stream, binding, end);
    if (end) await tellEnd(session, end);
  });
}
