import type { DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { PipelineState } from './pipeline-state.js';
import type { StateChange } from './state-change.js';
import type { StateReader } from './state-store.js';
import type { Instant } from './value.js';

/** A commit as it can be kept: the changes of one durable step, in order. */
export interface StoredCommit {
  /** One more than the revision of the state before it. */
  readonly revision: number;
  readonly changes: readonly StateChange[];
}

/** A commit and its results. A store keeps the changes or the results, whichever it reads back more easily. */
export interface Commit extends StoredCommit {
  /** The state after the commit. */
  readonly state: PipelineState;
  /** In the order in which they take effect. */
  readonly digestChanges: readonly DigestChange[];
  /** In the order in which they take effect. */
  readonly deadLetterChanges: readonly DeadLetterChange[];
}

/** What a commit does to the digests. */
export type DigestChange =
  /** Adds to the digests of these hours. */
  | { readonly kind: 'add'; readonly stream: string; readonly digests: readonly HourDigest[] }
  /** Replaces the digest of one hour. */
  | { readonly kind: 'replace'; readonly stream: string; readonly digest: HourDigest }
  /** Removes the digests of the hours from this one on. */
  | { readonly kind: 'clear'; readonly stream: string; readonly from: Instant }
  | { readonly kind: 'clear-all' };

/** What a commit does to the open dead letters. */
export type DeadLetterChange =
  | { readonly kind: 'add'; readonly deadLetters: readonly DeadLetter[] }
  | { readonly kind: 'close'; readonly ids: readonly string[] }
  | { readonly kind: 'clear-all' };

/**
 * One pipeline's state under a lease: what the author of a state store implements for `StateStore.acquire`.
 * `openStateWriter` turns it into the `StateWriter` that the engine uses, and adds the rules of the state, the order of
 * commits and the check of their revision.
 *
 * `read` is called once, before everything else. `append`, `renew` and `openDeadLetters` are never called at the same
 * time, and `release` comes last. After an error of one of them, only `release` is called. `deadLetters`, `digests` and
 * `holder` are called at any time.
 */
export interface LeasedState extends StateReader {
  /**
   * Keeps a commit as **one durable step**: when the promise resolves, it survives a power cut. Throws `StateError`, and
   * keeps nothing, when the lease is lost: a worker that was frozen while another took over must not write.
   */
  append(commit: Commit): Promise<void>;

  /**
   * Which of these dead letters are open. Optional: without it, all are read with `deadLetters`, which is slow where
   * there are many.
   */
  openDeadLetters?(ids: ReadonlySet<string>): Promise<Iterable<string>>;

  /** As in `StateWriter`; a successful `append` may extend it. */
  readonly leaseExpiresAt: Instant;

  /** Extends the lease. Throws `StateError` when it is lost. */
  renew(): Promise<void>;

  /** Gives the lease back and frees what it used. Called once. */
  release(): Promise<void>;
}

/** The state of a shared pipeline at one moment, and who works on it. */
export interface SharedMoment {
  readonly state: PipelineState;
  /** The numbers of the workers whose leases have not expired by the store's clock. */
  readonly workers: ReadonlySet<number>;
}

/**
 * One pipeline's state as one of its workers has it: what the author of a state store implements for `StateStore.join`.
 * `openSharedWriter` turns it into the `SharedStateWriter` that the engine uses, and adds the rules of the state.
 *
 * `refresh` is called once, before everything else. `append`, `refresh` and `renew` are never called at the same time, and
 * `release` comes last. After an error of `append` or `renew` that is not one of `decide`, only `release` is called.
 * `deadLetters`, `digests`, `holder`, `pace`, `backOff` and `lowerCeiling` are called at any time.
 */
export interface SharedState extends Omit<StateReader, 'read'> {
  readonly worker: number;

  /**
   * Keeps what `decide` makes of the newest state as **one durable step**. No other commit may take effect between the
   * reading and the writing, and the worker must be among the living in the same step: a worker whose lease has expired
   * throws `StateError`. Whoever is not among the `workers` that `decide` receives can never commit again: forget it for
   * good in this step, also when it is just renewing. `decide` is pure; call it again when the step is repeated. What it
   * throws is thrown on, and nothing is kept. Where a database can lose its last commits, as in a failover, a worker whose
   * own are missing throws `StateError`: it must not go on from what it remembers.
   */
  append(decide: (newest: SharedMoment) => Commit): Promise<SharedMoment>;

  /** The newest state and the living. */
  refresh(): Promise<SharedMoment>;

  /** As in `StateWriter`; a successful `append` may extend it. */
  readonly leaseExpiresAt: Instant;

  /** Extends the worker's lease and tells the living. Throws `StateError` when it has expired, however short a time ago. */
  renew(): Promise<SharedMoment['workers']>;

  /** As in `SharedStateWriter`. A successful `append`, `refresh`, `renew` or `backOff` brings it up to date. */
  readonly backOffMs: number;

  /** As in `SharedStateWriter`. */
  backOff(ms: number): Promise<void>;

  /** As in `SharedStateWriter`. A successful `append`, `refresh`, `renew` or `lowerCeiling` brings it up to date. */
  readonly ceilingBytes: number;

  /** As in `SharedStateWriter`. */
  lowerCeiling(bytes: number): Promise<void>;

  /** As in `SharedStateWriter`. */
  pace(events: number, eventsPerSecond: number): Promise<number>;

  /** Ends the worker's lease and frees what it used. Called once. */
  release(): Promise<void>;
}
