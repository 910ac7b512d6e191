import type { Counts } from './counts.js';
import type { DeadLetter } from './dead-letter.js';
import type { Identity } from './identity.js';
import type { LedgerWindow, WindowPurpose } from './ledger.js';
import type { Refusal } from './receipt.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/** What the state belongs to, and what was fixed before the first read. */
export interface Binding {
  readonly source: Identity;
  /** `start` as the pipeline file has it. */
  readonly start: string;
  /** The first event time of the backfill; absent: everything. */
  readonly eventFrom?: Instant;
  /** Fixed before the first read: the backfill holds what was created before it, following what comes after. */
  readonly handover: Instant;
  /** Stored with the first accepted delivery. */
  readonly sink?: Identity;
}

/** Why a pipeline stopped and waits for somebody. */
export interface Pause {
  readonly cause: Refusal | 'drift' | 'suspicious-dead-letters' | 'refused-request';
  readonly message: string;
  readonly since: Instant;
}

/** Everything that is known of a pipeline. Read-only: it changes by commits alone. */
export interface PipelineState {
  /** Grows by one with every commit; 0 when nothing was ever committed. */
  readonly revision: number;
  readonly binding?: Binding;
  /** In the order of their ids; finished neighbours of one stream, purpose and mapping are merged. */
  readonly windows: readonly LedgerWindow[];
  /** The id of the next window to be planned; never used before, also after windows have merged. */
  readonly nextWindowId: number;
  /** The streams whose first backfill is complete. */
  readonly backfilled: readonly string[];
  readonly openDeadLetters: number;
  readonly pause?: Pause;
}

export const EMPTY_STATE: PipelineState = {
  revision: 0,
  windows: [],
  nextWindowId: 1,
  backfilled: [],
  openDeadLetters: 0,
};

/** One step of a commit. The steps of a commit take effect together or not at all. */
export type StateChange =
  /** Before the first read. Replaces a binding under which nothing was accepted, with its windows. */
  | { readonly type: 'bind'; readonly binding: Binding }
  /** With the first accepted delivery. */
  | { readonly type: 'bind-sink'; readonly sink: Identity }
  | {
      readonly type: 'plan';
      readonly id: number;
      readonly purpose: WindowPurpose;
      readonly window: Window;
      readonly at: Instant;
    }
  /** Counts and dead letters are those since the last `advance`; the cursor is the one after all of them. */
  | {
      readonly type: 'advance';
      readonly id: number;
      readonly mapping: string;
      readonly cursor?: string;
      readonly counts: Counts;
      readonly deadLetters: readonly DeadLetter[];
    }
  | { readonly type: 'finish'; readonly id: number; readonly at: Instant }
  | { readonly type: 'backfilled'; readonly stream: string }
  | { readonly type: 'pause'; readonly pause: Pause }
  | { readonly type: 'resume' };

/**
 * What `preview`, `status` and every dry run receive: saving by mistake does not compile.
 *
 * Reading needs no lease and never waits for a writer. Every method throws `StateError` when the state cannot be read.
 */
export interface StateReader {
  /** The state after the last commit. */
  read(): Promise<PipelineState>;
  /** Dead letters that nobody has closed, oldest first. */
  deadLetters(): AsyncIterable<DeadLetter>;
}

/** Who holds the lease: enough to find the process. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
}

/**
 * The right to change one pipeline's state, held by one process at a time from `StateStore.acquire` to `release`.
 *
 * Every method throws `StateError` when the state cannot be written (disk full, read-only) or the lease is lost: the
 * engine then sends nothing more and stops.
 */
export interface StateWriter extends StateReader {
  /**
   * Applies the changes in order as **one durable step**: when the promise resolves, they survive a power cut. With
   * `expectedRevision`, a state that has moved on refuses the commit (compare-and-set), which is a `StateError` too.
   */
  commit(changes: readonly StateChange[], options?: { readonly expectedRevision?: number }): Promise<PipelineState>;

  /**
   * Until when the lease is certain to be held; infinite where it ends with the process. Checked right before each
   * send, so that a worker that was frozen past its deadline sends nothing.
   */
  readonly heldUntil: Instant;

  /** Gives the lease back. Called once; safe after an error. */
  release(): Promise<void>;
}

/** Keeps the state of pipelines: ledger, cursors, dead letters, leases. One store, many pipelines. */
export interface StateStore {
  /** The read-only face. Creates nothing: a pipeline that never ran reads as `EMPTY_STATE`. */
  reader(pipeline: string): StateReader;

  /** Takes the lease, or throws `StateError` naming who holds it. */
  acquire(pipeline: string): Promise<StateWriter>;
}
