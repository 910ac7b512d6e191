/** For authors of state stores: the contract, and the rules that every store shares. */
export {
  addCounts,
  type Counts,
  NO_COUNTS,
  NO_REPEATS,
  type RepeatCounts,
  repeatedEvents,
} from './contracts/counts.js';
export type { ClosedDeadLetter, DeadLetter } from './contracts/dead-letter.js';
export type { HeldRecord } from './contracts/held-record.js';
export { HOUR_MS, type HourDigest, hourOf } from './contracts/digest.js';
export type {
  Commit,
  DeadLetterChange,
  DigestChange,
  LeasedState,
  SharedMoment,
  SharedState,
  StoredCommit,
} from './contracts/leased-state.js';
export type { Backfill, LedgerWindow, WindowPurpose } from './contracts/ledger.js';
export {
  type Attribution,
  type Binding,
  type DayCounts,
  EMPTY_STATE,
  type HistoryEntry,
  type LastRun,
  type Pause,
  type PipelineState,
} from './contracts/pipeline-state.js';
export type { StateChange } from './contracts/state-change.js';
export type {
  LeaseHolder,
  NeighbouringState,
  SharedStateWriter,
  StateReader,
  StateStore,
  StateWriter,
} from './contracts/state-store.js';
export { isBranchOf } from './state/is-branch-of.js';
export { applyCommit } from './state/decide.js';
export { DigestBook } from './state/digest-book.js';
export { describeHolder, inUseError } from './state/in-use-error.js';
export { openSharedWriter } from './state/open-shared-writer.js';
export { openStateWriter } from './state/open-state-writer.js';
export { storedBinding, storedCommit, storedDeadLetter, storedDigest, storedState } from './state/stored-schema.js';
export type { StateStoreDefinition } from './contracts/definition.js';
export { StateError, StateMovedError, StateUnavailableError } from './contracts/errors.js';
