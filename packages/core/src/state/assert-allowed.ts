import { imbalance } from '../contracts/counts.js';
import { HOUR_MS, hourOf } from '../contracts/digest.js';
import { StateError } from '../contracts/errors.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import type { Binding, PipelineState } from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import type { Instant } from '../contracts/value.js';
import { earliestRewind, rewindPoint } from './rewind-state.js';

type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

/** The rules of the state: throws `StateError` for a change that breaks one. */
export function assertAllowed(state: PipelineState, change: StateChange): void {
  switch (change.type) {
    case 'bind':
      return refuseIf(hasAccepted(state), 'the state cannot be bound again: events were accepted under its binding');
    case 'bind-sink':
      return checkSink(bindingOf(state), change);
    case 'accept':
      return void bindingOf(state);
    case 'plan':
      return checkPlan(state, change);
    case 'advance':
      return checkAdvance(state, change);
    case 'claim':
      return void openWindow(state, change.id);
    case 'finish':
      return checkClaim(openWindow(state, change.id), change.worker);
    case 'open-backfill':
      return checkOpenBackfill(state, change);
    case 'close-backfill':
      return checkCloseBackfill(state, change);
    case 'rewind':
      return checkRewind(state, change);
    case 'close-dead-letters':
      return checkClosed(state, change);
    case 'backfilled':
    case 'remember':
    case 'run-ended':
    case 'pause':
    case 'resume':
      return undefined;
    default:
      throw new StateError(`unknown state change: ${JSON.stringify(change satisfies never)}`);
  }
}

/** What the state is bound to, or `StateError` when nothing has been exported yet. */
export function bindingOf({ binding }: PipelineState): Binding {
  if (binding === undefined) throw new StateError('the state is not bound to a source: nothing has been exported yet');
  return binding;
}

/** The open window with this id, or `StateError` when there is none. */
export function openWindow(state: PipelineState, id: number): LedgerWindow {
  const window = state.windows.find((each) => each.id === id);
  if (window === undefined) throw new StateError(`the ledger has no window ${id}`);
  if (window.status !== 'open') throw new StateError(`window ${id} is already done`);
  return window;
}

/** Whether the destination has any event of this binding. */
function hasAccepted({ binding, windows }: PipelineState): boolean {
  if (binding === undefined) return false;
  const accepted = windows.some(({ segments }) => segments.some(({ counts }) => counts.accepted > 0));
  return accepted || binding.sink !== undefined;
}

function checkSink({ sink: bound }: Binding, { sink }: Change<'bind-sink'>): void {
  const differs = bound !== undefined && bound.fingerprint !== sink.fingerprint;
  refuseIf(differs, `the state is bound to another sink: ${bound?.description}`);
}

function checkPlan(state: PipelineState, { id, purpose, window, backfill }: Change<'plan'>): void {
  refuseIf(id < state.nextWindowId, `window ${id} was planned before`);
  refuseIf(window.from >= window.until, `window ${id} is empty: it must end after it begins`);
  refuseIf(
    (purpose === 'backfill') !== state.backfills.some((each) => each.id === backfill),
    `window ${id} must belong to an open backfill if its purpose is backfill, and to none otherwise`,
  );
  const isFullHour = window.from === hourOf(window.from) && window.until === window.from + HOUR_MS;
  refuseIf(purpose === 'repair' && !isFullHour, `window ${id} is a repair and must be one full hour`);
}

function checkAdvance(state: PipelineState, { id, counts, deadLetters, worker }: Change<'advance'>): void {
  const wrong = imbalance(counts);
  refuseIf(wrong !== undefined, `the counts of window ${id} do not balance: ${wrong}`);
  const counted = counts.deadLetteredRecords + counts.deadLetteredEvents;
  refuseIf(
    counted !== deadLetters.length,
    `window ${id} counts ${counted} dead letters, but the commit has ${deadLetters.length}`,
  );
  checkClaim(openWindow(state, id), worker);
}

/** The holder of the whole pipeline names no worker: it may work on what dead workers have claimed. */
function checkClaim({ id, claim }: LedgerWindow, worker: number | undefined): void {
  const isAnothers = worker !== undefined && worker !== claim;
  refuseIf(
    isAnothers,
    `window ${id} is claimed by ${claim === undefined ? 'no worker' : `worker ${claim}`}, not ${worker}`,
  );
}

function checkOpenBackfill({ backfills }: PipelineState, { backfill: { id } }: Change<'open-backfill'>): void {
  const isOpen = backfills.some((each) => each.id === id);
  refuseIf(isOpen, `backfill ${id} is already open`);
}

function checkCloseBackfill({ windows }: PipelineState, { id }: Change<'close-backfill'>): void {
  const hasOpen = windows.some(({ backfill, status }) => backfill === id && status === 'open');
  refuseIf(hasOpen, `backfill ${id} has an open window`);
}

function checkRewind(state: PipelineState, { to, streams }: Change<'rewind'>): void {
  if (to === 'start') return;
  const earliest = earliestRewind(bindingOf(state).handover);
  refuseIf(to !== hourOf(to), `a rewind must go back to a full hour, not to ${textOf(to)}`);
  for (const stream of streams) {
    const point = rewindPoint(state, stream, to);
    const open = point < to ? `, and its open window begins at ${textOf(point)}: let a run finish it first` : '';
    refuseIf(
      point < earliest,
      `${stream} can go back to ${textOf(earliest)} at the earliest, where following begins${open}`,
    );
  }
}

function checkClosed({ openDeadLetters }: PipelineState, { ids: { length } }: Change<'close-dead-letters'>): void {
  refuseIf(length > openDeadLetters, `${length} dead letters cannot be closed: only ${openDeadLetters} are open`);
}

function textOf(at: Instant): string {
  return new Date(at).toISOString();
}

function refuseIf(isBroken: boolean, message: string): void {
  if (isBroken) throw new StateError(message);
}
