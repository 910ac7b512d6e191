import { ConfigError, SluiceError } from '@sluice/core/adapter';
import {
  acceptChanges,
  backfillPipeline,
  discardDeadLetters,
  isAccountedFor,
  planAcceptance,
  planRewind,
  repairPipeline,
  replayDeadLetters,
  rewindPipeline,
  runPipeline,
  type EngineContext,
  type Pipeline,
  type RunResult,
} from '@sluice/core/engine';
import type { DeadLetter, StateReader } from '@sluice/core/state';
import { NOTE_STREAMS } from './notes.js';
import { BEGINNING, HOUR, MINUTE } from './scenario.js';
import type { WorkerRecord } from './worker-record.js';

/** How an operation ended. `refused`: there was nothing to do, or the state had changed since it was shown. */
export interface Ended extends Pick<RunResult, 'failure' | 'cause'> {
  readonly outcome: RunResult['outcome'] | 'refused';
  readonly report?: RunResult['report'];
  /** What the operation reports that is not so. */
  readonly wrong?: string;
}

interface OperationParts {
  readonly pipeline: Pipeline;
  readonly context: EngineContext;
  readonly signal: AbortSignal;
  readonly record: WorkerRecord;
  readonly random: () => number;
}

/** What a worker does with the pipeline. */
export type Operation = (parts: OperationParts) => Promise<Ended>;

const BY = 'ada@simulation';

export const run: Operation = ({ pipeline, context, signal }) => runPipeline(pipeline, context, { signal });

/** Replays every dead letter. */
export const replay: Operation = (parts) => replayWanted(parts, () => true);

/** Replays one dead letter, those of one reason, or all of them. */
export const replaySome: Operation = async (parts) => {
  const [first, ...others] = await someLetters(parts);
  const choice = parts.random();
  if (first === undefined || choice < 0.3) return replay(parts);
  if (choice < 0.6) return replayWanted(parts, ({ id }) => id === first.id);
  const reasons = new Set([first, ...others.slice(0, 1)].map(({ reason }) => reason));
  return replayWanted(parts, ({ stream, reason }) => stream === first.stream && reasons.has(reason));
};

async function replayWanted(
  { pipeline, context, signal, record }: OperationParts,
  wanted: (letter: DeadLetter) => boolean,
): Promise<Ended> {
  record.intent = { replays: wanted };
  const result = await replayDeadLetters(pipeline, context, { signal, attribution: { by: BY }, wanted });
  const { closed, failedAgain, left } = result.replay;
  const tried = closed + failedAgain + left.length;
  if (result.outcome !== 'done' || tried === record.wantedLetters) return result;
  return { ...result, wrong: `a replay of ${record.wantedLetters} dead letters reports on ${tried}` };
}

/** Discards one or two dead letters, and one that does not exist. */
export const discard: Operation = async (parts) => {
  const { pipeline, context, record } = parts;
  const letters = (await someLetters(parts)).slice(0, 2);
  const ids = [...letters.map(({ id }) => id), 'none-1'];
  record.intent = { discards: ids };
  return ended(() => discardDeadLetters(pipeline.state, pipeline.name, ids, { at: context.runtime.now(), by: BY }));
};

/** Before the first backfill of the right source is complete there is nothing to export again, so a run is made instead. */
export const backfill: Operation = async (parts) => {
  const { pipeline, context, signal } = parts;
  const { backfilled, binding } = await pipeline.state.reader(pipeline.name).read();
  if (!binding?.sink || backfilled.length < NOTE_STREAMS.length) return run(parts);
  const range = { from: BEGINNING - 2 * HOUR, until: BEGINNING + HOUR / 2 };
  const pace = { parallel: 2, nextRun: (after: number) => after + 15 * MINUTE };
  try {
    return await backfillPipeline(pipeline, context, { signal, attribution: { by: BY }, ...range, ...pace });
  } catch (error) {
    if (error instanceof ConfigError) return { outcome: 'failed', failure: error };
    throw error;
  }
};

/** Verifies, and exports the hours that differ again. Afterwards no hour may differ. */
export const repair: Operation = ({ pipeline, context, signal }) =>
  repairPipeline(pipeline, context, { signal, attribution: { by: BY } });

/** The same when the source is at rest: after it, no hour may differ. */
export const repairAtRest: Operation = async ({ pipeline, context, signal }) => {
  const result = await repairPipeline(pipeline, context, { signal, attribution: { by: BY } });
  const isRight = result.outcome !== 'done' || (result.after && isAccountedFor(result.after));
  return isRight ? result : { ...result, wrong: `after a repair hours differ: ${JSON.stringify(result.after)}` };
};

/** Goes back some hours in one stream or in all, or, seldom, to the start. */
export const rewind: Operation = async (parts) => {
  const { pipeline, context, record, random } = parts;
  const to = random() < 0.15 ? 'start' : Math.floor(context.runtime.now() - random() * 1.5 * HOUR);
  const stream = NOTE_STREAMS[Math.floor(random() * NOTE_STREAMS.length * 2)];
  const streams = stream === undefined || to === 'start' ? {} : { streams: [stream] };
  return ended(async () => {
    const plan = await planRewind(pipeline.name, readerOf(parts), { to, ...streams });
    record.intent = { revision: plan.revision };
    await rewindPipeline(pipeline.name, pipeline.state, plan, { at: context.runtime.now(), by: BY });
  });
};

/** Accepts the pipeline file as it is now. */
export const accept: Operation = async (parts) => {
  const { pipeline, context, record, signal } = parts;
  return ended(async () => {
    const acceptance = await planAcceptance(pipeline, readerOf(parts));
    record.intent = { revision: acceptance.revision };
    const attribution = { at: context.runtime.now(), by: BY };
    await acceptChanges(pipeline, context, { acceptance, attribution, signal });
  }, signal);
};

/** The open dead letters from a random one on. */
async function someLetters(parts: OperationParts): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for await (const letter of readerOf(parts).deadLetters()) letters.push(letter);
  return letters.slice(Math.floor(parts.random() * letters.length));
}

function readerOf({ pipeline }: OperationParts): StateReader {
  return pipeline.state.reader(pipeline.name);
}

async function ended(work: () => Promise<unknown>, signal?: AbortSignal): Promise<Ended> {
  try {
    await work();
    return { outcome: 'done' };
  } catch (error) {
    if (error instanceof ConfigError) return { outcome: 'refused' };
    if (error instanceof SluiceError) return { outcome: 'failed', failure: error };
    if (signal?.aborted === true) return { outcome: 'stopped' };
    throw error;
  }
}
