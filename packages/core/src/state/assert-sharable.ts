import { StateError, StateMovedError } from '../contracts/errors.js';
import type { LedgerWindow, WindowPurpose } from '../contracts/ledger.js';
import type { PipelineState, StateChange } from '../contracts/state-store.js';

/** The worker that makes a commit in a pipeline that several share, and who is alive as of the same moment. */
export interface CommittingWorker {
  readonly worker: number;
  readonly isAlive: (worker: number) => boolean;
}

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

/** Windows that are open at the same time must hold different records. */
function checkPlan(state: PipelineState, { id, purpose, window, claim }: Change<'plan'>, by: CommittingWorker): void {
  const { stream, from, until } = window;
  refuseIf(claim !== by.worker, `window ${id} must be claimed by the worker that plans it`);
  movedIf(id < state.nextWindowId, `window ${id} was planned by another worker`);
  const isBackfilled = state.backfilled.includes(stream);
  movedIf(purpose === 'first-backfill' && isBackfilled, `the first backfill of ${stream} is complete`);
  movedIf(purpose === 'following' && !isBackfilled, `the first backfill of ${stream} is not complete`);
  const before = openOf(state, stream).find((open) => !canBeOpenTogether(open.purpose, purpose));
  movedIf(before !== undefined, `window ${before?.id} of ${stream} must be done before another one is planned`);
  const overlapped = state.windows.find(
    (each) =>
      (purpose === 'first-backfill' || purpose === 'following') &&
      each.purpose === purpose &&
      each.window.stream === stream &&
      each.window.from < until &&
      from < each.window.until,
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
export function isClaimable(
  state: PipelineState,
  { purpose, window: { stream }, claim, id }: LedgerWindow,
  isAlive: CommittingWorker['isAlive'],
): boolean {
  if (claim !== undefined && isAlive(claim)) return false;
  return openOf(state, stream).every(
    (open) =>
      open.id === id || open.claim === undefined || !isAlive(open.claim) || canBeOpenTogether(open.purpose, purpose),
  );
}

/** The open windows of a stream, without those of a requested backfill: nobody works on them while workers share. */
export function openOf({ windows }: PipelineState, stream: string): readonly LedgerWindow[] {
  return windows.filter(
    ({ status, purpose, window }) => status === 'open' && purpose !== 'backfill' && window.stream === stream,
  );
}

/** Windows of the first backfill never hold the same record. All others of a stream may, and are done one after another. */
function canBeOpenTogether(a: WindowPurpose, b: WindowPurpose): boolean {
  return a === 'first-backfill' && b === 'first-backfill';
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
