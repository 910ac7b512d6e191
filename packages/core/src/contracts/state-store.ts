import type { CheckResult } from './check-result.js';
import type { Counts } from './counts.js';
import type { DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { Identity } from './identity.js';
import type { Backfill, LedgerWindow, WindowPurpose } from './ledger.js';
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

/** Something that a person did to the state, for whoever asks later how it came to be. */
export interface Attribution {
  readonly at: Instant;
  /** The name of the user on the machine where the command ran: `ada@ops-1`. */
  readonly by: string;
  /** As it was given. */
  readonly why?: string;
}

/** An act with what it did, in one line without secrets. */
export interface HistoryEntry extends Attribution {
  readonly what: 'rewind' | 'accept' | 'backfill' | 'repair' | 'replay' | 'discard';
  readonly detail: string;
}

/** How the last run ended. */
export interface LastRun {
  readonly at: Instant;
  readonly outcome: 'done' | 'stopped' | 'paused' | 'failed';
  /** Present when it failed or paused: the message of the error. */
  readonly error?: string;
}

/** What was counted on one day. */
export interface DayCounts {
  /** Of UTC: `2026-03-09`. */
  readonly day: string;
  /** By stream; those of which nothing was done are absent. */
  readonly streams: Readonly<Record<string, Counts>>;
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
  /** Those that are not complete. */
  readonly backfills: readonly Backfill[];
  readonly openDeadLetters: number;
  /** Of everything that was ever done, by stream. */
  readonly totals: Readonly<Record<string, Counts>>;
  /** Of the last 31 days on which anything was done, oldest first. */
  readonly days: readonly DayCounts[];
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly lastRun?: LastRun;
  readonly pause?: Pause;
}

export const EMPTY_STATE: PipelineState = {
  revision: 0,
  windows: [],
  nextWindowId: 1,
  backfilled: [],
  backfills: [],
  openDeadLetters: 0,
  totals: {},
  days: [],
  history: [],
};

/** One step of a commit. The steps of a commit take effect together or not at all. */
export type StateChange =
  /** Before the first read. Replaces a binding under which nothing was accepted, with its windows. */
  | { readonly type: 'bind'; readonly binding: Binding }
  /** With the first accepted delivery. */
  | { readonly type: 'bind-sink'; readonly sink: Identity }
  /** Somebody accepts that the pipeline now describes something else and goes on from here. */
  | {
      readonly type: 'accept';
      readonly source: Identity;
      readonly start: string;
      readonly sink: Identity;
      readonly attribution: Attribution;
    }
  | {
      readonly type: 'plan';
      readonly id: number;
      readonly purpose: WindowPurpose;
      readonly window: Window;
      /** With purpose `backfill`: which. */
      readonly backfill?: string;
      readonly at: Instant;
    }
  /** Counts, dead letters and digests are those since the last `advance`; the cursor is the one after all of them. */
  | {
      readonly type: 'advance';
      readonly id: number;
      readonly mapping: string;
      readonly cursor?: string;
      /** See `LedgerWindow.inFlightAtStop`; 0 when absent. */
      readonly inFlightAtStop?: number;
      readonly counts: Counts;
      readonly deadLetters: readonly DeadLetter[];
      /**
       * By hour, without two of one hour. Only of records of the first backfill and of part `created`; they are added to
       * the hour's digest, or in a window of purpose `repair` kept until its `finish` replaces it.
       */
      readonly digests?: readonly HourDigest[];
      readonly at: Instant;
    }
  | { readonly type: 'finish'; readonly id: number; readonly at: Instant }
  | { readonly type: 'backfilled'; readonly stream: string }
  | { readonly type: 'open-backfill'; readonly backfill: Backfill; readonly attribution: Attribution }
  /** Complete. Windows of it that are still open are refused. */
  | { readonly type: 'close-backfill'; readonly id: string }
  /**
   * Goes back: what following did from `to` on is done again. `to` is a full hour of UTC after the one of the handover;
   * windows of following and repair are cut there, an open one is dropped, and the digests from there on are cleared.
   * With `start`, all is done again under a new binding: windows, digests, backfills and dead letters of the pipeline go.
   */
  | {
      readonly type: 'rewind';
      readonly to: Instant | 'start';
      readonly streams: readonly string[];
      readonly attribution: Attribution;
    }
  /** Closes dead letters; those that are not open are passed over. */
  | {
      readonly type: 'close-dead-letters';
      readonly ids: readonly string[];
      readonly how: 'replayed' | 'discarded';
      readonly attribution: Attribution;
    }
  /** An act that changes nothing but what is remembered. */
  | { readonly type: 'remember'; readonly entry: HistoryEntry }
  | { readonly type: 'run-ended'; readonly run: LastRun }
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
  /** The digests of a stream whose hours lie in `[from, until)`, in order; hours without a record may be left out. */
  digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]>;
  /** Who holds the lease at this moment; undefined when nobody does. */
  holder(): Promise<LeaseHolder | undefined>;
}

/** Who holds the lease: enough to find the process. */
export interface LeaseHolder {
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
  readonly leaseExpiresAt: Instant;

  /**
   * Makes the lease last longer. The engine calls it in time, also while it waits; a store whose lease ends with the
   * process has nothing to do.
   */
  renew(): Promise<void>;

  /** Gives the lease back. Called once; safe after an error. */
  release(): Promise<void>;
}

/** Keeps the state of pipelines: ledger, cursors, dead letters, leases. One store, many pipelines. */
export interface StateStore {
  /** The read-only face. Creates nothing: a pipeline that never ran reads as `EMPTY_STATE`. */
  reader(pipeline: string): StateReader;

  /**
   * Tries for real whether the state can be read, locked and written, and leaves everything as it was. Never throws for a
   * finding. Optional: without it, only reading is tried.
   */
  check?(pipeline: string): Promise<readonly CheckResult[]>;

  /** Takes the lease, or throws `StateError` naming who holds it. */
  acquire(pipeline: string): Promise<StateWriter>;
}
