import type { CheckResult } from './check-result.js';
import type { Counts } from './counts.js';
import type { ClosedDeadLetter, DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { HeldRecord } from './held-record.js';
import type { Identity } from './identity.js';
import type { Backfill, LedgerWindow, WindowPurpose } from './ledger.js';
import type { Refusal } from './receipt.js';
import type { Instant } from './value.js';
import type { Window } from './window.js';

/** The source, start and sink that a state belongs to, and what was fixed before the first read. */
export interface Binding {
  readonly source: Identity;
  /** `start` as written in the pipeline file. */
  readonly start: string;
  /** The first event time of the first backfill; absent: everything. */
  readonly eventFrom?: Instant;
  /** Fixed before the first read: the first backfill has what was created before it, following what came after. */
  readonly handover: Instant;
  /** Stored with the first accepted event. */
  readonly sink?: Identity;
}

/** Why a pipeline stopped until somebody acts. */
export interface Pause {
  readonly cause: Refusal | 'drift' | 'suspicious-dead-letters' | 'refused-request';
  readonly message: string;
  readonly since: Instant;
}

/** Who changed the state by a command, when and why. */
export interface Attribution {
  readonly at: Instant;
  /** The name of the user on the machine where the command ran: `ada@ops-1`. */
  readonly by: string;
  /** As given with the command. */
  readonly why?: string;
}

/** A command that changed the state, and what it did. */
export interface HistoryEntry extends Attribution {
  readonly what: 'rewind' | 'accept' | 'backfill' | 'repair' | 'replay' | 'discard';
  /** One line, without secrets. */
  readonly detail: string;
}

/** How the last run ended. */
export interface LastRun {
  readonly at: Instant;
  readonly outcome: 'done' | 'stopped' | 'paused' | 'failed';
  /** The message of the error; present when the run failed or paused. */
  readonly error?: string;
}

/** The counts of one day. */
export interface DayCounts {
  /** In UTC: `2026-03-09`. */
  readonly day: string;
  /** By stream; streams of which nothing was done are absent. */
  readonly streams: Readonly<Record<string, Counts>>;
}

/** Everything that is known of a pipeline, apart from dead letters and digests. It changes only by commits. */
export interface PipelineState {
  /** Grows by one with every commit; 0 before the first. */
  readonly revision: number;
  readonly binding?: Binding;
  /** In the order of their ids; finished neighbours of one stream, purpose and mapping are merged. */
  readonly windows: readonly LedgerWindow[];
  /** The id of the next window; never used before, not even by a window that was merged. */
  readonly nextWindowId: number;
  /** The streams whose first backfill is complete. */
  readonly backfilled: readonly string[];
  /** The backfills that are not complete. */
  readonly backfills: readonly Backfill[];
  /** The records that are held, in the order in which they were first read. Each stream and key once. */
  readonly held: readonly HeldRecord[];
  readonly openDeadLetters: number;
  /** The last 500 that were closed, oldest first. */
  readonly closedDeadLetters: readonly ClosedDeadLetter[];
  /** The counts of everything that was ever done, by stream. */
  readonly totals: Readonly<Record<string, Counts>>;
  /** The last 31 days on which anything was done, oldest first. */
  readonly days: readonly DayCounts[];
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
  readonly lastRun?: LastRun;
  readonly pause?: Pause;
}

/** The initial state, of a pipeline that never ran. */
export const EMPTY_STATE: PipelineState = {
  revision: 0,
  windows: [],
  nextWindowId: 1,
  backfilled: [],
  backfills: [],
  held: [],
  openDeadLetters: 0,
  closedDeadLetters: [],
  totals: {},
  days: [],
  history: [],
};

/** One change of a commit. The changes of a commit take effect together or not at all, in their order. */
export type StateChange =
  /** Before the first read. Replaces a binding under which nothing was accepted, and removes its windows. */
  | { readonly type: 'bind'; readonly binding: Binding }
  /** With the first accepted event. */
  | { readonly type: 'bind-sink'; readonly sink: Identity }
  /** Keeps the state although source, start or sink changed in the pipeline file. */
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
      /** The id of the backfill; with purpose `backfill` only. */
      readonly backfill?: string;
      /** The worker that works on it from now on; only in a pipeline that several workers share. */
      readonly claim?: number;
      readonly at: Instant;
    }
  /** The worker works on the open window from now on. Refused while another living worker has its claim. */
  | { readonly type: 'claim'; readonly id: number; readonly worker: number }
  /** Counts, dead letters and digests since the last `advance` of the window, and the cursor after all of them. */
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
       * At most one per hour. Only of records of the first backfill and of part `created`. They are added to the hour's
       * digest; in a window of purpose `repair` they are kept until its `finish` replaces the digest.
       */
      readonly digests?: readonly HourDigest[];
      /** Records of the window's stream that are held from now on, or for longer. */
      readonly held?: readonly HeldRecord[];
      /** The keys of those that are not held any more: they have a final outcome, or are no longer in the source. */
      readonly released?: readonly string[];
      /** The worker that has claimed the window; refused when another one has. */
      readonly worker?: number;
      readonly at: Instant;
    }
  /** `worker`: as in `advance`. */
  | { readonly type: 'finish'; readonly id: number; readonly worker?: number; readonly at: Instant }
  | { readonly type: 'backfilled'; readonly stream: string }
  | { readonly type: 'open-backfill'; readonly backfill: Backfill; readonly attribution: Attribution }
  /** The backfill is complete. Refused while one of its windows is open. */
  | { readonly type: 'close-backfill'; readonly id: string }
  /**
   * Goes back to `to`, so that following does again what came after it. `to` is a full hour of UTC, not before the
   * handover. Windows of following and repair are cut there, open ones are dropped, later digests are cleared, and held
   * records that were created later are forgotten: they are read again. With `start`, everything is done again under a new
   * binding: windows, digests, backfills, held records and dead letters are removed.
   */
  | {
      readonly type: 'rewind';
      readonly to: Instant | 'start';
      readonly streams: readonly string[];
      readonly attribution: Attribution;
    }
  /** Closes dead letters. Ids that are not open are ignored. */
  | {
      readonly type: 'close-dead-letters';
      readonly ids: readonly string[];
      readonly how: ClosedDeadLetter['how'];
      /** What is kept of them. Absent in a commit of an earlier version. */
      readonly letters?: readonly Pick<DeadLetter, 'id' | 'stream' | 'key' | 'reason'>[];
      readonly attribution: Attribution;
    }
  /** Adds an entry to the history, and changes nothing else. */
  | { readonly type: 'remember'; readonly entry: HistoryEntry }
  | { readonly type: 'run-ended'; readonly run: LastRun }
  | { readonly type: 'pause'; readonly pause: Pause }
  /** Ends the pause. `since`: only one that began then, so that a later one of another worker stays. */
  | { readonly type: 'resume'; readonly since?: Instant };

/**
 * Reads one pipeline's state. `preview`, `status` and every dry run receive this type, so that they cannot write.
 *
 * Reading needs no lease and never waits for a writer. Every method throws `StateError` when the state cannot be read.
 */
export interface StateReader {
  /** The state after the last commit. */
  read(): Promise<PipelineState>;
  /** The open dead letters, oldest first. */
  deadLetters(): AsyncIterable<DeadLetter>;
  /** The digests of the hours of a stream that begin in `[from, until)`, in order. Hours without records can be absent. */
  digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]>;
  /** Who holds the lease now; undefined when it is free. Where workers share the pipeline, the one that joined first. */
  holder(): Promise<LeaseHolder | undefined>;
}

/** The process that holds a lease. */
export interface LeaseHolder {
  readonly pid: number;
  readonly host: string;
  readonly since: Instant;
  /** How many other workers share the pipeline with it; absent when it has the whole pipeline. */
  readonly others?: number;
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
   * `expectedRevision`, throws `StateError` when the state has another revision (compare-and-set). A commit that the rules
   * refuse changes nothing, and the next one can be made; after any other error, all further commits are refused.
   */
  commit(changes: readonly StateChange[], options?: { readonly expectedRevision?: number }): Promise<PipelineState>;

  /**
   * Until when the lease is certain to be held; infinite where it ends with the process. The engine checks it right
   * before each send, so that a worker that was frozen past it sends nothing.
   */
  readonly leaseExpiresAt: Instant;

  /**
   * Extends the lease. The engine calls it well before the lease expires, also while it waits. In a store whose lease
   * ends with the process, it only checks that the lease is still held.
   */
  renew(): Promise<void>;

  /** Gives the lease back, after the commits that were asked for before. Safe after an error, and to call twice. */
  release(): Promise<void>;
}

/**
 * The right of one of several workers to change a pipeline's state, from `StateStore.join` to `release`. Each worker has a
 * lease of its own. One whose lease has expired by the store's clock is not among the living any more: it can commit
 * nothing, and the windows that it has claimed can be claimed by others.
 *
 * The store applies the changes to the newest state, in the transaction that writes: `commit` throws `StateMovedError` when
 * they do not fit what another worker has done since. Changes that need the whole pipeline, such as a rewind, are refused.
 */
export interface SharedStateWriter extends StateWriter {
  /** Its number, which no other worker or lease of the pipeline ever has. */
  readonly worker: number;

  /** The state as of the last commit or `refresh` of this worker. */
  read(): Promise<PipelineState>;

  /** Reads the newest state, which `read` then returns. Extends no lease. */
  refresh(): Promise<PipelineState>;

  /** Whether a worker was among the living at the last commit, `refresh` or `renew`. */
  isAlive(worker: number): boolean;

  /**
   * Reserves the sending of this many events at a pace that all workers of the pipeline share. Returns how long to wait
   * before they may be sent, in milliseconds. It counts by the store's clock.
   */
  pace(events: number, eventsPerSecond: number): Promise<number>;

  /**
   * How much longer the workers of the pipeline send nothing because the destination has asked one of them to wait, in
   * milliseconds: as of the last commit, `refresh`, `renew` or `backOff` of this worker, less what has passed since. 0: they
   * may send. The engine checks it before each send.
   */
  readonly backOffMs: number;

  /**
   * Asks all workers of the pipeline to send nothing for this long, in milliseconds, by the store's clock. It only ever
   * prolongs what was asked before. Called once when a worker backs off, not for every request.
   */
  backOff(ms: number): Promise<void>;
}

/** A state that a store has found beside that of a pipeline. */
export interface NeighbouringState {
  readonly pipeline: string;
  /** For people, such as a folder. */
  readonly place: string;
  /** Absent when the state belongs to nothing yet. */
  readonly binding?: Binding;
  /** The command that makes it the state of the pipeline; present when it is certain to have been that. */
  readonly move?: string;
}

/**
 * Keeps the state of pipelines. One store, many pipelines. An author implements `acquire` with `openStateWriter`; see
 * `LeasedState`.
 */
export interface StateStore {
  /** Reads a pipeline's state. Creates nothing: a pipeline that never ran reads as `EMPTY_STATE`. */
  reader(pipeline: string): StateReader;

  /**
   * Tries whether the state can be read, locked and written, and leaves everything as it was. A failed try is a result,
   * not an error. Optional: without it, only reading is tried.
   */
  check?(pipeline: string): Promise<readonly CheckResult[]>;

  /** Where the state of a pipeline is, for people, such as a folder. */
  place?(pipeline: string): string;

  /**
   * Other states that could hold what a pipeline has exported already, such as those of pipelines that were renamed.
   * Asked when a new state begins. Absent: nobody is warned of a second export.
   */
  neighbours?(pipeline: string): Promise<readonly NeighbouringState[]>;

  /** Takes the lease, or throws `StateError` that names its holder. */
  acquire(pipeline: string): Promise<StateWriter>;

  /**
   * Becomes one of the workers that share a pipeline, for `run` and `start`. Throws `StateError` while somebody holds the
   * whole pipeline by `acquire`, which in turn is refused while a worker lives. Absent: one process works on a pipeline at a
   * time. An author implements it with `openSharedWriter`; see `SharedState`.
   */
  join?(pipeline: string): Promise<SharedStateWriter>;
}
