import { hourOf } from '../../contracts/digest.js';
import { ConfigError } from '../../contracts/errors.js';
import { streamNames } from '../../contracts/mapper.js';
import type { Attribution, Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { StateReader, StateStore } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { latestEnd } from '../run/window-ends.js';
import { knownStreams } from './state-overview.js';
import { earliestRewind, isRewound, rewindPoint } from '../../state/rewind-state.js';

/** The rewind of one stream. */
export interface StreamRewind {
  readonly stream: string;
  /** Where the stream continues; absent: at its first record. */
  readonly from?: Instant;
  /** Up to when it was exported, in the source's time; absent when nothing was followed yet. */
  readonly until?: Instant;
  /** How many windows in the ledger are shortened or dropped. */
  readonly windows: number;
  /** About how many records are exported again, without those that have changed since. */
  readonly records: number;
}

/** What a rewind would do. */
export interface RewindPlan {
  /** Of the state that the plan was made from. */
  readonly revision: number;
  readonly to: Instant | 'start';
  readonly streams: readonly StreamRewind[];
  /** How many open dead letters are dropped; only a rewind to the start drops any. */
  readonly droppedDeadLetters: number;
}

/** Where to go back to. */
export interface RewindRequest {
  /** A time is rounded down to a full hour of UTC. */
  readonly to: Instant | 'start';
  /** Absent: all. Not allowed with `start`, which rewinds everything. */
  readonly streams?: readonly string[];
}

/** Reads only. Throws `ConfigError` when there is nothing to rewind, or the time is too early. */
export async function planRewind(
  pipeline: string,
  state: Pick<StateReader, 'read' | 'digests'>,
  { to, streams }: RewindRequest,
): Promise<RewindPlan> {
  const known = await state.read();
  const { binding, revision, openDeadLetters } = known;
  if (binding === undefined) {
    throw new ConfigError([], `pipeline "${pipeline}" has exported nothing yet: there is nothing to rewind`);
  }
  const wanted = streams ?? knownStreams(known);
  const plans: StreamRewind[] = [];
  for (const stream of wanted) {
    const plan =
      to === 'start' ? startAgain(stream, known) : goBack(stream, hourOf(to), { state: known, binding, pipeline });
    if (plan) plans.push({ ...plan, records: await recordsFrom(state, stream, plan.from) });
  }
  if (to !== 'start' && plans.length === 0) {
    throw new ConfigError(
      [],
      `nothing of ${wanted.join(', ') || pipeline} was followed beyond ${textOf(hourOf(to))}: there is nothing to rewind`,
    );
  }
  return {
    revision,
    to: to === 'start' ? to : hourOf(to),
    streams: plans,
    droppedDeadLetters: to === 'start' ? openDeadLetters : 0,
  };
}

/**
 * Commits the plan. Throws `StateError` when the state has changed since, or when another process, which is named, has the
 * lease.
 */
export async function rewindPipeline(
  pipeline: string,
  state: StateStore,
  plan: RewindPlan,
  attribution: Attribution,
): Promise<void> {
  const writer = await state.acquire(pipeline);
  try {
    const rewind = { type: 'rewind', to: plan.to, streams: streamNames(plan), attribution } as const;
    await writer.commit([rewind], { expectedRevision: plan.revision });
  } finally {
    await writer.release();
  }
}

type Cut = Omit<StreamRewind, 'records'>;

function startAgain(stream: string, { windows }: PipelineState): Cut {
  const own = windows.filter(({ window }) => window.stream === stream);
  const until = latestEnd(own.filter(({ purpose }) => purpose === 'following'));
  return { stream, windows: own.length, ...(until === undefined ? {} : { until }) };
}

/** Undefined when the stream was not followed beyond `to`. */
function goBack(
  stream: string,
  to: Instant,
  { state, binding, pipeline }: { state: PipelineState; binding: Binding; pipeline: string },
): Cut | undefined {
  const from = rewindPoint(state, stream, to);
  const cut = state.windows.filter((each) => isRewound(each, stream) && each.window.until > from);
  if (cut.length === 0) return undefined;
  const earliest = earliestRewind(binding.handover);
  if (from >= earliest)
    return { stream, from, until: Math.max(...cut.map(({ window }) => window.until)), windows: cut.length };
  const why =
    to < earliest
      ? `where following begins; use \`sluice backfill\` for earlier records, or \`--to start\` for everything`
      : `and its open window begins at ${textOf(from)}; let a run finish it first`;
  throw new ConfigError([], `${stream} of "${pipeline}" cannot be rewound beyond ${textOf(earliest)}, ${why}`);
}

async function recordsFrom(state: Pick<StateReader, 'digests'>, stream: string, from?: Instant): Promise<number> {
  const digests = await state.digests(stream, from ?? Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  return digests.reduce((sum, { delivered, filtered, deadLettered }) => sum + delivered + filtered + deadLettered, 0);
}

function textOf(at: Instant): string {
  return new Date(at).toISOString();
}
