import { HOUR_MS } from '../../contracts/digest.js';
import { streamNames, type StreamMapper } from '../../contracts/mapper.js';
import type { Attribution, Binding } from '../../contracts/pipeline-state.js';
import type { HourDifference } from './compare-digests.js';
import { executeWindow } from '../run/execute-window.js';
import type { EngineContext, Pipeline } from '../pipeline.js';
import type { Run } from '../run/run.js';
import { exportedIn } from '../run/plan-window.js';
import { withLease, type RunOptions, type RunResult } from '../run/with-lease.js';
import { assertVerifiable, type Verification } from './verify-pipeline.js';
import { verifyStreams } from './verify-stream.js';

export interface RepairOptions extends RunOptions {
  readonly attribution: Omit<Attribution, 'at'>;
}

/** How a repair ended, with the comparisons before and after it. */
export interface RepairResult extends RunResult {
  /** Absent when the comparison failed. */
  readonly before?: Verification;
  readonly after?: Verification;
}

/**
 * Exports every hour in which source and ledger differ again, and compares again. The repair replaces the hour's digest
 * and moves no cursor. Records that were deleted from the source stay at the destination.
 */
export async function repairPipeline(
  pipeline: Pipeline,
  context: EngineContext,
  options: RepairOptions,
): Promise<RepairResult> {
  assertVerifiable(pipeline);
  let before: Verification | undefined;
  let after: Verification | undefined;
  const result = await withLease(pipeline, context, options, async (run, binding) => {
    before = await verify(run, binding);
    for (const { stream, differences } of before.streams) {
      const mapper = pipeline.mapper.streams.find((each) => each.stream === stream);
      if (mapper && differences.length > 0) await repairStream(run, mapper, differences, binding, options.attribution);
    }
    after = await verify(run, binding);
  });
  return { ...result, ...(before ? { before } : {}), ...(after ? { after } : {}) };
}

async function repairStream(
  run: Run,
  mapper: StreamMapper,
  differences: readonly HourDifference[],
  binding: Binding,
  attribution: Omit<Attribution, 'at'>,
): Promise<void> {
  const { context, ledger, signal } = run;
  const { stream } = mapper;
  await finishOpenRepairs(run, mapper);
  for (const { hour } of differences) {
    signal.throwIfAborted();
    const range = { from: hour, until: hour + HOUR_MS, revisitMs: 0 };
    const window = { stream, axis: 'change', ...range, ...exportedIn(binding) } as const;
    const planned = await ledger.plan('repair', window, context.runtime.now());
    await executeWindow(run, mapper, planned);
  }
  const at = context.runtime.now();
  const hours = differences.map(({ hour }) => new Date(hour).toISOString().slice(0, 16));
  const detail = `${stream}: ${hours.length} ${hours.length === 1 ? 'hour' : 'hours'} exported again, first ${hours[0]}`;
  await ledger.commit([{ type: 'remember', entry: { ...attribution, at, what: 'repair', detail } }]);
}

/** An interrupted repair is finished first, because it may be of the same hour. */
async function finishOpenRepairs(run: Run, mapper: StreamMapper): Promise<void> {
  const open = run.ledger.state.windows.filter(
    ({ window, purpose, status }) => window.stream === mapper.stream && purpose === 'repair' && status === 'open',
  );
  for (const window of open) await executeWindow(run, mapper, window);
}

async function verify({ pipeline, ledger, signal }: Run, binding: Binding): Promise<Verification> {
  const options = { source: pipeline.source, state: ledger.state, binding, ledger: ledger.reader, signal };
  const streams = await verifyStreams(streamNames(pipeline.mapper), options);
  return { streams, openDeadLetters: ledger.state.openDeadLetters };
}
