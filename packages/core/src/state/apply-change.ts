import { imbalance } from '../contracts/counts.js';
import { HOUR_MS, hourOf } from '../contracts/digest.js';
import { StateError } from '../contracts/errors.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import type { HistoryEntry, PipelineState, StateChange } from '../contracts/state-store.js';
import { addHourDigests, emptyHour } from './hour-digest.js';
import { deadLetterChangesOf, digestChangesOf, type DeadLetterChange, type DigestChange } from './commit-effects.js';
import { countTotals } from './count-totals.js';
import { addSegment, mergeFinished } from './merge-windows.js';
import { openWindow } from './open-window.js';
import { rewindStream, rewindToStart } from './rewind-state.js';

type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

export interface AppliedCommit {
  readonly state: PipelineState;
  /** In the order in which they take effect. */
  readonly digestChanges: readonly DigestChange[];
  readonly deadLetterChanges: readonly DeadLetterChange[];
}

/**
 * What a commit comes to: all changes in order, and one revision more. Pure: every store keeps the same rules. Throws
 * `StateError` for a change that breaks them. The ids of `close-dead-letters` must be those of open ones, each once.
 */
export function applyCommit(state: PipelineState, changes: readonly StateChange[]): AppliedCommit {
  const digestChanges: DigestChange[] = [];
  const deadLetterChanges: DeadLetterChange[] = [];
  let next = state;
  for (const change of changes) {
    digestChanges.push(...digestChangesOf(next, change));
    deadLetterChanges.push(...deadLetterChangesOf(change));
    next = applyChange(next, change);
  }
  return { state: { ...next, revision: state.revision + 1 }, digestChanges, deadLetterChanges };
}

/** The state after one change. */
export function applyChange(state: PipelineState, change: StateChange): PipelineState {
  switch (change.type) {
    case 'bind':
      return bind(state, change);
    case 'bind-sink':
      return bindSink(state, change);
    case 'accept':
      return acceptBinding(state, change);
    case 'plan':
      return plan(state, change);
    case 'advance':
      return advance(state, change);
    case 'finish':
      return finish(state, change);
    case 'backfilled':
      return state.backfilled.includes(change.stream)
        ? state
        : { ...state, backfilled: [...state.backfilled, change.stream] };
    case 'open-backfill':
      return openBackfill(state, change);
    case 'close-backfill':
      return closeBackfill(state, change);
    case 'rewind':
      return rewind(state, change);
    case 'close-dead-letters':
      return closeDeadLetters(state, change);
    case 'remember':
      return remember(state, change.entry);
    case 'run-ended':
      return { ...state, lastRun: change.run };
    case 'pause':
      return { ...state, pause: change.pause };
    case 'resume': {
      const { pause: _, ...resumed } = state;
      return resumed;
    }
    default:
      throw new StateError(`no state change is like this: ${JSON.stringify(change satisfies never)}`);
  }
}

/** Whether the destination holds anything of this pipeline. */
function hasAccepted(state: PipelineState): boolean {
  if (state.binding?.sink !== undefined) return true;
  return state.windows.some((window) => window.segments.some((segment) => segment.counts.accepted > 0));
}

/** What was planned, read and dead-lettered under a replaced binding belongs to the wrong source: it goes with it. */
function bind(state: PipelineState, { binding }: Change<'bind'>): PipelineState {
  if (state.binding !== undefined && hasAccepted(state)) {
    throw new StateError('the state is bound already, and events were accepted under it: it cannot be bound anew');
  }
  return { ...state, binding, windows: [], backfilled: [], backfills: [], openDeadLetters: 0 };
}

function bindSink(state: PipelineState, { sink }: Change<'bind-sink'>): PipelineState {
  if (state.binding === undefined) throw new StateError('a sink cannot be bound before the source is');
  const bound = state.binding.sink;
  if (bound !== undefined && bound.fingerprint !== sink.fingerprint) {
    throw new StateError(`the state is bound to another sink: ${bound.description}`);
  }
  return { ...state, binding: { ...state.binding, sink } };
}

/** The handover and the first event time stay: they say what was exported, not what is configured. */
function acceptBinding(state: PipelineState, { source, start, sink, attribution }: Change<'accept'>): PipelineState {
  const { binding } = state;
  if (binding === undefined) throw new StateError('nothing was exported yet: there is nothing to go on from');
  const accepted = { ...binding, source, start, ...(binding.sink === undefined ? {} : { sink }) };
  const detail = `went on with ${source.description}, start ${start}, to ${sink.description}`;
  return remember({ ...state, binding: accepted }, { ...attribution, what: 'accept', detail });
}

function plan(state: PipelineState, { id, purpose, window, backfill, at }: Change<'plan'>): PipelineState {
  if (id < state.nextWindowId) throw new StateError(`window ${id} was planned before`);
  if (window.from >= window.until) throw new StateError(`window ${id} is empty: it ends where it begins, or earlier`);
  if ((purpose === 'backfill') !== state.backfills.some((each) => each.id === backfill)) {
    throw new StateError(`window ${id} belongs to no open backfill, or should not belong to one`);
  }
  const isFullHour = window.from === hourOf(window.from) && window.until === window.from + HOUR_MS;
  if (purpose === 'repair' && !isFullHour) {
    throw new StateError(`window ${id} is a repair and not one full hour`);
  }
  const planned: LedgerWindow = {
    id,
    purpose,
    window,
    status: 'open',
    ...(backfill === undefined ? {} : { backfill }),
    segments: [],
    plannedAt: at,
  };
  return { ...state, windows: [...state.windows, planned], nextWindowId: id + 1 };
}

function advance(state: PipelineState, change: Change<'advance'>): PipelineState {
  const { id, mapping, cursor, inFlightAtStop, counts, deadLetters, digests = [], at } = change;
  const wrong = imbalance(counts);
  if (wrong !== undefined) throw new StateError(`the counts of window ${id} do not balance: ${wrong}`);
  const counted = counts.deadLetteredRecords + counts.deadLetteredEvents;
  if (counted !== deadLetters.length) {
    throw new StateError(`window ${id} counts ${counted} dead letters, but hands over ${deadLetters.length}`);
  }
  const { inFlightAtStop: _, ...window } = openWindow(state, id);
  const isRepair = window.purpose === 'repair';
  const advanced: LedgerWindow = {
    ...window,
    ...(cursor === undefined ? {} : { cursor }),
    ...(inFlightAtStop === undefined || inFlightAtStop === 0 ? {} : { inFlightAtStop }),
    ...(isRepair ? { digest: digests.reduce(addHourDigests, window.digest ?? emptyHour(window.window.from)) } : {}),
    segments: addSegment(window.segments, { mapping, counts }),
  };
  return {
    ...replace(state, advanced),
    ...countTotals(state, window.window.stream, counts, at),
    openDeadLetters: state.openDeadLetters + deadLetters.length,
  };
}

function finish(state: PipelineState, { id, at }: Change<'finish'>): PipelineState {
  const { cursor: _c, inFlightAtStop: _a, digest: _d, ...window } = openWindow(state, id);
  const finished = replace(state, { ...window, status: 'done', finishedAt: at });
  return { ...finished, windows: mergeFinished(finished.windows) };
}

function openBackfill(state: PipelineState, { backfill, attribution }: Change<'open-backfill'>): PipelineState {
  if (state.backfills.some(({ id }) => id === backfill.id)) throw new StateError(`backfill ${backfill.id} is open`);
  const [from, until] = [backfill.from, backfill.until].map((at) => new Date(at).toISOString());
  const detail = `${backfill.streams.join(', ')} from ${from} to ${until}`;
  return remember(
    { ...state, backfills: [...state.backfills, backfill] },
    { ...attribution, what: 'backfill', detail },
  );
}

function closeBackfill(state: PipelineState, { id }: Change<'close-backfill'>): PipelineState {
  if (state.windows.some(({ backfill, status }) => backfill === id && status === 'open')) {
    throw new StateError(`backfill ${id} has a window that is not done`);
  }
  return { ...state, backfills: state.backfills.filter((each) => each.id !== id) };
}

function rewind(state: PipelineState, { to, streams, attribution }: Change<'rewind'>): PipelineState {
  const where = to === 'start' ? 'the start' : new Date(to).toISOString();
  const entry: HistoryEntry = { ...attribution, what: 'rewind', detail: `${streams.join(', ')} back to ${where}` };
  if (to === 'start') return remember(rewindToStart(state), entry);
  return remember(
    streams.reduce((rewound, stream) => rewindStream(rewound, stream, to), state),
    entry,
  );
}

function closeDeadLetters(
  state: PipelineState,
  { ids, how, attribution }: Change<'close-dead-letters'>,
): PipelineState {
  if (ids.length === 0) return state;
  if (ids.length > state.openDeadLetters) {
    throw new StateError(`${ids.length} dead letters cannot be closed: ${state.openDeadLetters} are open`);
  }
  const what = how === 'replayed' ? 'replay' : 'discard';
  const detail = `${ids.length} dead ${ids.length === 1 ? 'letter' : 'letters'} ${how}`;
  return remember({ ...state, openDeadLetters: state.openDeadLetters - ids.length }, { ...attribution, what, detail });
}

function remember(state: PipelineState, entry: HistoryEntry): PipelineState {
  return { ...state, history: [...state.history, entry] };
}

function replace(state: PipelineState, window: LedgerWindow): PipelineState {
  return { ...state, windows: state.windows.map((each) => (each.id === window.id ? window : each)) };
}
