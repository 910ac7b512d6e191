import type { CheckResult } from './check-result.js';
import type { DeadLetter } from './dead-letter.js';
import type { HourDigest } from './digest.js';
import type { Binding, PipelineState } from './pipeline-state.js';
import type { StateChange } from './state-change.js';
import type { Instant } from './value.js';

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

/** What else a commit depends on. */
export interface CommitOptions {
  /** Throws `StateError` when the state has another revision (compare-and-set). */
  readonly expectedRevision?: number | undefined;
  /** Called with the state that the changes are applied to. What it throws refuses the commit. */
  readonly assert?: ((state: PipelineState) => void) | undefined;
}

/**
 * The right to change one pipeline's state, held by one process at a time from `StateStore.acquire` to `release`.
 *
 * Every method throws `StateError` when the state cannot be written (disk full, read-only) or the lease is lost: the
 * engine then sends nothing more and stops.
 */
export interface StateWriter extends StateReader {
  /**
   * Applies the changes in order as **one durable step**: when the promise resolves, they survive a power cut. A commit that
   * the rules or the options refuse changes nothing, and the next one can be made; after any other error, all further
   * commits are refused.
   */
  commit(changes: readonly StateChange[], options?: CommitOptions): Promise<PipelineState>;

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

  /**
   * The lowest ceiling on the size of a request that a worker of the pipeline has learned, in bytes of events as encoded: as
   * of the last commit, `refresh`, `renew` or `lowerCeiling` of this worker. It never rises while this worker lives.
   * `Infinity`: nobody has learned one. The engine reads it for every event.
   */
  readonly ceilingBytes: number;

  /**
   * Tells the other workers that the destination has refused a request as too large, and up to which size it takes one: a
   * whole number of bytes. It only ever lowers what was told before. Called when a worker has learned a lower ceiling, not
   * for every request. Forgotten when a worker joins and no other lives: it is then learned again.
   */
  lowerCeiling(bytes: number): Promise<void>;
}

/** Whether the writer is that of one of several workers. */
export function isShared(writer: StateWriter | SharedStateWriter): writer is SharedStateWriter {
  return 'worker' in writer;
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
