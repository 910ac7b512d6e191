import type { LedgerWindow } from '../contracts/ledger.js';
import type { HistoryEntry, PipelineState } from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import { bindingOf, openWindow } from './assert-allowed.js';
import { countTotals } from './count-totals.js';
import { addHourDigests, emptyHour } from './hour-digest.js';
import { changeHeld } from './change-held.js';
import { addSegment, mergeFinished } from './merge-windows.js';
import { rewindStream, rewindToStart } from './rewind-state.js';

/** How many closed dead letters are kept: the state is written whole by some stores. */
const MOST_CLOSED = 500;
const NO_DEAD_LETTERS = { openDeadLetters: 0, closedDeadLetters: [] };

type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

/** The state after a change that `assertAllowed` allows. */
export function evolve(state: PipelineState, change: StateChange): PipelineState {
  switch (change.type) {
    case 'bind':
      // Windows and dead letters of the replaced binding belong to another source.
      return {
        ...state,
        binding: change.binding,
        windows: [],
        backfilled: [],
        backfills: [],
        held: [],
        ...NO_DEAD_LETTERS,
      };
    case 'bind-sink':
      return { ...state, binding: { ...bindingOf(state), sink: change.sink } };
    case 'accept':
      return accept(state, change);
    case 'plan':
      return plan(state, change);
    case 'claim':
      return replace(state, { ...openWindow(state, change.id), claim: change.worker });
    case 'advance':
      return advance(state, change);
    case 'finish':
      return finish(state, change);
    case 'backfilled':
      return { ...state, backfilled: [...new Set([...state.backfilled, change.stream])] };
    case 'open-backfill':
      return openBackfill(state, change);
    case 'close-backfill':
      return { ...state, backfills: state.backfills.filter(({ id }) => id !== change.id) };
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
      if (change.since !== undefined && change.since !== state.pause?.since) return state;
      const { pause: _, ...resumed } = state;
      return resumed;
    }
    default:
      return change satisfies never;
  }
}

/** The handover and the first event time stay: they say what was exported, not what is configured. */
function accept(state: PipelineState, { source, start, sink, attribution }: Change<'accept'>): PipelineState {
  const binding = bindingOf(state);
  const accepted = { ...binding, source, start, ...(binding.sink === undefined ? {} : { sink }) };
  const detail = `source ${source.description}, start ${start}, sink ${sink.description}`;
  return remember({ ...state, binding: accepted }, { ...attribution, what: 'accept', detail });
}

function plan(state: PipelineState, { id, purpose, window, backfill, claim, at }: Change<'plan'>): PipelineState {
  const owner = { ...(backfill === undefined ? {} : { backfill }), ...(claim === undefined ? {} : { claim }) };
  const planned: LedgerWindow = { id, purpose, window, status: 'open', ...owner, segments: [], plannedAt: at };
  return { ...state, windows: [...state.windows, planned], nextWindowId: id + 1 };
}

function advance(state: PipelineState, change: Change<'advance'>): PipelineState {
  const {
    id,
    mapping,
    cursor,
    inFlightAtStop = 0,
    counts,
    deadLetters,
    digests = [],
    held = [],
    released = [],
    at,
  } = change;
  const { inFlightAtStop: _, ...window } = openWindow(state, id);
  const isRepair = window.purpose === 'repair';
  const advanced: LedgerWindow = {
    ...window,
    ...(cursor === undefined ? {} : { cursor }),
    ...(inFlightAtStop === 0 ? {} : { inFlightAtStop }),
    ...(isRepair ? { digest: digests.reduce(addHourDigests, window.digest ?? emptyHour(window.window.from)) } : {}),
    segments: addSegment(window.segments, { mapping, counts }),
  };
  return {
    ...replace(state, advanced),
    ...countTotals(state, window.window.stream, counts, at),
    held: changeHeld(state.held, window.window.stream, held, released),
    openDeadLetters: state.openDeadLetters + deadLetters.length,
  };
}

function finish(state: PipelineState, { id, at }: Change<'finish'>): PipelineState {
  const { cursor: _c, inFlightAtStop: _a, digest: _d, claim: _w, ...window } = openWindow(state, id);
  if (window.purpose === 'held') return { ...state, windows: state.windows.filter((each) => each.id !== id) };
  const finished = replace(state, { ...window, status: 'done', finishedAt: at });
  return { ...finished, windows: mergeFinished(finished.windows) };
}

function openBackfill(state: PipelineState, { backfill, attribution }: Change<'open-backfill'>): PipelineState {
  const [from, until] = [backfill.from, backfill.until].map((at) => new Date(at).toISOString());
  const detail = `${backfill.streams.join(', ')} from ${from} to ${until}`;
  const backfills = [...state.backfills, backfill];
  return remember({ ...state, backfills }, { ...attribution, what: 'backfill', detail });
}

function rewind(state: PipelineState, { to, streams, attribution }: Change<'rewind'>): PipelineState {
  const where = to === 'start' ? 'the start' : new Date(to).toISOString();
  const rewound =
    to === 'start'
      ? rewindToStart(state)
      : streams.reduce((reduced, stream) => rewindStream(reduced, stream, to), state);
  return remember(rewound, { ...attribution, what: 'rewind', detail: `${streams.join(', ')} back to ${where}` });
}

function closeDeadLetters(
  state: PipelineState,
  { ids, how, letters = [], attribution }: Change<'close-dead-letters'>,
): PipelineState {
  if (ids.length === 0) return state;
  const { at } = attribution;
  const known = new Map(letters.map((letter) => [letter.id, letter]));
  const closed = ids
    .flatMap((id) => known.get(id) ?? [])
    .map(({ stream, key, reason }) => ({ stream, key, reason, how, at }));
  const closedDeadLetters = [...state.closedDeadLetters, ...closed].slice(-MOST_CLOSED);
  const what = how === 'replayed' ? 'replay' : 'discard';
  const detail = `${ids.length} dead ${ids.length === 1 ? 'letter' : 'letters'} ${how}`;
  const openDeadLetters = state.openDeadLetters - ids.length;
  return remember({ ...state, openDeadLetters, closedDeadLetters }, { ...attribution, what, detail });
}

function remember(state: PipelineState, entry: HistoryEntry): PipelineState {
  return { ...state, history: [...state.history, entry] };
}

function replace(state: PipelineState, window: LedgerWindow): PipelineState {
  return { ...state, windows: state.windows.map((each) => (each.id === window.id ? window : each)) };
}
