import { imbalance } from '../contracts/counts.js';
import { StateError } from '../contracts/errors.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import type { PipelineState, StateChange } from '../contracts/state-store.js';
import { addSegment, mergeFinished } from './merge-windows.js';

type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

/** The state after a commit: all changes in order, and one revision more. Throws `StateError` as `applyChange` does. */
export function applyCommit(state: PipelineState, changes: readonly StateChange[]): PipelineState {
  return { ...changes.reduce(applyChange, state), revision: state.revision + 1 };
}

/** The state after one change. Pure: every store keeps the same rules. Throws `StateError` for a change that breaks them. */
export function applyChange(state: PipelineState, change: StateChange): PipelineState {
  switch (change.type) {
    case 'bind':
      return bind(state, change);
    case 'bind-sink':
      return bindSink(state, change);
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
  return { ...state, binding, windows: [], backfilled: [], openDeadLetters: 0 };
}

function bindSink(state: PipelineState, { sink }: Change<'bind-sink'>): PipelineState {
  if (state.binding === undefined) throw new StateError('a sink cannot be bound before the source is');
  const bound = state.binding.sink;
  if (bound !== undefined && bound.fingerprint !== sink.fingerprint) {
    throw new StateError(`the state is bound to another sink: ${bound.description}`);
  }
  return { ...state, binding: { ...state.binding, sink } };
}

function plan(state: PipelineState, { id, purpose, window, at }: Change<'plan'>): PipelineState {
  if (id < state.nextWindowId) throw new StateError(`window ${id} was planned before`);
  if (window.from >= window.until) throw new StateError(`window ${id} is empty: it ends where it begins, or earlier`);
  const planned: LedgerWindow = { id, purpose, window, status: 'open', segments: [], plannedAt: at };
  return { ...state, windows: [...state.windows, planned], nextWindowId: id + 1 };
}

function advance(state: PipelineState, change: Change<'advance'>): PipelineState {
  const { id, mapping, cursor, counts, deadLetters } = change;
  const wrong = imbalance(counts);
  if (wrong !== undefined) throw new StateError(`the counts of window ${id} do not balance: ${wrong}`);
  const counted = counts.deadLetteredRecords + counts.deadLetteredEvents;
  if (counted !== deadLetters.length) {
    throw new StateError(`window ${id} counts ${counted} dead letters, but hands over ${deadLetters.length}`);
  }
  const window = openWindow(state, id);
  const advanced: LedgerWindow = {
    ...window,
    ...(cursor === undefined ? {} : { cursor }),
    segments: addSegment(window.segments, { mapping, counts }),
  };
  return { ...replace(state, advanced), openDeadLetters: state.openDeadLetters + deadLetters.length };
}

function finish(state: PipelineState, { id, at }: Change<'finish'>): PipelineState {
  const { cursor: _, ...window } = openWindow(state, id);
  const finished = replace(state, { ...window, status: 'done', finishedAt: at });
  return { ...finished, windows: mergeFinished(finished.windows) };
}

function openWindow(state: PipelineState, id: number): LedgerWindow {
  const window = state.windows.find((each) => each.id === id);
  if (window === undefined) throw new StateError(`the ledger has no window ${id}`);
  if (window.status !== 'open') throw new StateError(`window ${id} is done already`);
  return window;
}

function replace(state: PipelineState, window: LedgerWindow): PipelineState {
  return { ...state, windows: state.windows.map((each) => (each.id === window.id ? window : each)) };
}
