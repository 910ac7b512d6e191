import { StateError, StateMovedError } from '../contracts/errors.js';
import type { LedgerWindow } from '../contracts/ledger.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { StateChange } from '../contracts/state-change.js';
import { areApart, holdDifferentRecords } from './window-records.js';

/** The worker that makes a commit in a pipeline that several share, and who is alive as of the same moment. */
export interface CommittingWorker {
  readonly worker: number;
  readonly isAlive: (worker: number) => boolean;
}

type Planned = Pick<LedgerWindow, 'purpose' | 'window'>;
type Change<Type extends StateChange['type']> = Extract<StateChange, { readonly type: Type }>;

/**
 * The rules for several workers, besides those of the state. Throws `StateMovedError` where another worker was faster, so
 * that the change can be planned again, and `StateError` for what a worker may never do.
 */
export function assertSharable(state: PipelineState, change: StateChange, by: CommittingWorker): void {
  switch (change.type) {
    case 'bind': {
      const working = state.windows.find(({ claim }) => isClaimedByOther(claim, by));
      return movedIf(working !== undefined, 'the state cannot be bound again: another worker works on its windows');
    }
    case 'plan':
      return checkPlan(state, change, by);
    case 'claim':
      return checkClaim(state, change, by);
    case 'advance':
    case 'finish':
      return refuseIf(change.worker !== by.worker, `window ${change.id} is not the window of worker ${by.worker}`);
    case 'backfilled': {
      const open = openOf(state, change.stream).find(({ purpose }) => purpose === 'first-backfill');
      return movedIf(open !== undefined, `window ${open?.id} of the first backfill of ${change.stream} is open`);
    }
    case 'accept':
    case 'open-backfill':
    case 'close-backfill':
    case 'rewind':
    case 'close-dead-letters':
      return refuseIf(true, `a worker that shares the pipeline cannot make this change: ${change.type}`);
    case 'bind-sink':
    case 'remember':
    case 'run-ended':
    case 'pause':
    case 'resume':
      return undefined;
    default:
      throw new StateError(`unknown state change: ${JSON.stringify(change satisfies never)}`);
  }
}

/** Windows that are open at the same time must hold different records. Slices of following may be left to anybody. */
function checkPlan(state: PipelineState, { id, purpose, window, claim }: Change<'plan'>, by: CommittingWorker): void {
  const { stream } = window;
  const isLeft = claim === undefined && purpose === 'following';
  refuseIf(claim !== by.worker && !isLeft, `window ${id} must be claimed by the worker that plans it`);
  movedIf(id < state.nextWindowId, `window ${id} was planned by another worker`);
  const isBackfilled = state.backfilled.includes(stream);
  movedIf(purpose === 'first-backfill' && isBackfilled, `the first backfill of ${stream} is complete`);
  movedIf(purpose === 'following' && !isBackfilled, `the first backfill of ${stream} is not complete`);
  const before = openOf(state, stream).find((open) => !canBeOpenTogether(open, { purpose, window }));
  movedIf(before !== undefined, `window ${before?.id} of ${stream} must be done before another one is planned`);
  const overlapped = state.windows.find(
    (each) =>
      (purpose === 'first-backfill' || purpose === 'following') &&
      each.purpose === purpose &&
      each.window.stream === stream &&
      !areApart(each.window, window),
  );
  movedIf(overlapped !== undefined, `window ${id} overlaps window ${overlapped?.id}, which another worker has planned`);
}

function checkClaim(state: PipelineState, { id, worker }: Change<'claim'>, by: CommittingWorker): void {
  refuseIf(worker !== by.worker, `worker ${by.worker} cannot claim window ${id} for worker ${worker}`);
  const window = state.windows.find((each) => each.id === id && each.status === 'open');
  if (window === undefined) throw new StateMovedError(`window ${id} is done already`);
  refuseIf(window.purpose === 'backfill', `window ${id} belongs to a backfill, which needs the whole pipeline`);
  movedIf(!isClaimable(state, window, by.isAlive), `window ${id}, or one that must be done before it, is claimed`);
}

/** Whether a worker may claim an open window: no living worker has it, or another one that must not be open beside it. */
export function isClaimable(state: PipelineState, window: LedgerWindow, isAlive: CommittingWorker['isAlive']): boolean {
  const isWorkedOn = ({ claim }: LedgerWindow) => claim !== undefined && isAlive(claim);
  if (isWorkedOn(window)) return false;
  const others = openOf(state, window.window.stream).filter(({ id }) => id !== window.id);
  return others.every((open) => !isWorkedOn(open) || canBeOpenTogether(open, window));
}

/** The open windows of a stream, without those of a requested backfill: nobody works on them while workers share. */
export function openOf({ windows }: PipelineState, stream: string): readonly LedgerWindow[] {
  return windows.filter(
    ({ status, purpose, window }) => status === 'open' && purpose !== 'backfill' && window.stream === stream,
  );
}

/**
 * Whether two windows of a stream can be open at the same time: those of the first backfill and the slices of a window of
 * following, which never hold the same record. All others are done one after another.
 */
function canBeOpenTogether(a: Planned, b: Planned): boolean {
  const isInOrder = a.purpose !== 'first-backfill' && a.purpose !== 'following';
  return a.purpose === b.purpose && !isInOrder && holdDifferentRecords(a.window, b.window);
}

function isClaimedByOther(claim: number | undefined, { worker, isAlive }: CommittingWorker): boolean {
  return claim !== undefined && claim !== worker && isAlive(claim);
}

function movedIf(isMoved: boolean, message: string): void {
  if (isMoved) throw new StateMovedError(message);
}

function refuseIf(isBroken: boolean, message: string): void {
  if (isBroken) throw new StateError(message);
}
