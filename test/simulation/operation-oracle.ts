import type { Instant } from '@sluice/core/adapter';
import { hourOf, type Binding, type LedgerWindow, type PipelineState, type StateChange } from '@sluice/core/state';
import { isDeepStrictEqual } from 'node:util';
import type { PipelineIdentity } from './worker-record.js';

type Part = keyof PipelineState;
type Rewind = Extract<StateChange, { readonly type: 'rewind' }>;

/** The parts of the state that a change may touch; everything else stays as it is. */
const TOUCHED: Readonly<Record<StateChange['type'], readonly Part[]>> = {
  bind: ['binding', 'windows', 'backfilled', 'backfills', 'held', 'openDeadLetters', 'closedDeadLetters'],
  'bind-sink': ['binding'],
  accept: ['binding', 'history'],
  plan: ['windows', 'nextWindowId'],
  claim: ['windows'],
  advance: ['windows', 'totals', 'days', 'held', 'openDeadLetters'],
  finish: ['windows'],
  backfilled: ['backfilled'],
  'open-backfill': ['backfills', 'history'],
  'close-backfill': ['backfills'],
  rewind: ['windows', 'held', 'history'],
  'close-dead-letters': ['openDeadLetters', 'closedDeadLetters', 'history'],
  remember: ['history'],
  'run-ended': ['lastRun'],
  pause: ['pause'],
  resume: ['pause'],
};
const TOUCHED_BY_STARTING_AGAIN: readonly Part[] = [...TOUCHED.bind, ...TOUCHED.rewind, 'pause'];

/** What a state may be used for by a pipeline file that no longer matches it. */
const ALLOWED_TO_FOREIGN: ReadonlySet<StateChange['type']> = new Set([
  'accept',
  'rewind',
  'close-dead-letters',
  'run-ended',
  'pause',
]);

/** Whether a pipeline file does not belong to the state. Before the first accepted event, any does. */
export function isForeign({ source, start, sink }: PipelineIdentity, binding: Binding | undefined): boolean {
  if (binding?.sink === undefined) return false;
  return binding.source.fingerprint !== source || binding.start !== start || binding.sink.fingerprint !== sink;
}

/** Says what a commit touched that it should not have. */
export function checkTouched(
  changes: readonly StateChange[],
  before: PipelineState,
  after: PipelineState,
  isOfForeign: boolean,
): readonly string[] {
  const touched = new Set<Part>(['revision', ...changes.flatMap(touchedBy)]);
  const parts = new Set([...Object.keys(before), ...Object.keys(after)] as Part[]);
  const wrong = [...parts].filter((part) => !touched.has(part) && !isDeepStrictEqual(before[part], after[part]));
  const types = changes.map(({ type }) => type);
  const entries = changes.filter((change) => touchedBy(change).includes('history')).length;
  const added = after.history.length - before.history.length;
  // A replay of nothing and a discard of nothing leave no trace.
  const isWithoutTrace = added === 0 && types.every((type) => type === 'close-dead-letters');
  const forbidden = isOfForeign ? types.filter((type) => !ALLOWED_TO_FOREIGN.has(type)) : [];
  return [
    ...wrong.map((part) => `a commit of ${types.join(', ')} changed ${part}`),
    ...(added === entries || isWithoutTrace ? [] : [`a commit of ${types.join(', ')} added ${added} lines of history`]),
    ...forbidden.map((type) => `a pipeline file that does not match the state made a change of kind ${type}`),
  ];
}

function touchedBy(change: StateChange): readonly Part[] {
  return change.type === 'rewind' && change.to === 'start' ? TOUCHED_BY_STARTING_AGAIN : TOUCHED[change.type];
}

/** From which hour a stream is exported again: every open window that reaches beyond it is read from its beginning. */
export function rewoundFrom({ windows }: PipelineState, stream: string, to: Instant): Instant {
  const open = windows.filter((each) => isFollowed(each, stream) && each.status === 'open');
  // The latest first: it can move the hour into the ones before it.
  const latestFirst = open.toSorted((a, b) => b.window.until - a.window.until);
  return latestFirst.reduce(
    (hour, { window }) => (window.until > hour ? Math.min(hour, hourOf(window.from)) : hour),
    to,
  );
}

/** Says what a rewind did wrong to the ledger. */
export function checkRewound({ to, streams }: Rewind, before: PipelineState, after: PipelineState): readonly string[] {
  if (to === 'start') return after.binding || after.windows.length > 0 ? ['a rewind to the start left windows'] : [];
  const others = ({ windows }: PipelineState) =>
    windows.filter((each) => !streams.some((stream) => isFollowed(each, stream)));
  const wrong = streams.flatMap((stream) => {
    const from = rewoundFrom(before, stream, to);
    const kept = before.windows.filter((each) => isFollowed(each, stream) && each.window.from < from);
    const cut = kept.map(({ window }) => [window.from, Math.min(window.until, from)]);
    const found = after.windows.filter((each) => isFollowed(each, stream));
    const isRight = isDeepStrictEqual(
      found.map(({ window }) => [window.from, window.until]),
      cut,
    );
    return isRight ? [] : [`the rewind of ${stream} to ${new Date(to).toISOString()} cut the wrong windows`];
  });
  if (!isDeepStrictEqual(others(before), others(after))) wrong.push('a rewind changed windows that it should keep');
  return wrong;
}

/** Whether a rewind of the stream may cut the window. */
function isFollowed({ purpose, window }: LedgerWindow, stream: string): boolean {
  return window.stream === stream && (purpose === 'following' || purpose === 'repair');
}
