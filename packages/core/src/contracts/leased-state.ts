import type { DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { PipelineState, StateChange, StateReader } from './state-store.js';
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
