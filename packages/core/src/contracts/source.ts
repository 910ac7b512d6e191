import type { CheckResult } from './check-result.js';
import type { SourceDigest } from './digest.js';
import type { SourceIdentity } from './identity.js';
import type { FieldRequest } from './stream-schema.js';
import type { Instant, Row } from './value.js';
import type { Axis, Window, WindowPart } from './window.js';

/** What the engine asks a source to read. */
export interface ReadRequest {
  readonly window: Window;
  /** Where to go on: a cursor that an earlier page of the **same** window gave. Absent: from the window's start. */
  readonly after?: string;
  /** The fields of every row, in this order. Never empty. */
  readonly fields: readonly FieldRequest[];
}

/**
 * Some records of one part of a window. The lists run in step: `rows[i]` is the record whose key is `keys[i]`. A page
 * is never empty.
 */
export interface RecordPage {
  readonly part: WindowPart;
  readonly rows: readonly Row[];
  /** The record's key: what identifies it among the records of its stream, as text. */
  readonly keys: readonly string[];
  /** When the source learned of the record. */
  readonly createdAt: readonly Instant[];
  /**
   * Where to go on after the record. Opaque to the engine, which stores it as text in the ledger: it must carry the
   * full precision of the source's times, and mean the same after a restart and after an update of the adapter.
   */
  readonly cursors: readonly string[];
}

/** Which records `Source.get` gives, whatever window they belong to. */
export interface GetRequest {
  readonly stream: string;
  /** Never empty; at most 1,000, each once. */
  readonly keys: readonly string[];
  /** The fields of every row, in this order. Never empty. */
  readonly fields: readonly FieldRequest[];
}

/** Which hours `Source.digest` looks at, and which of their records count. */
export interface DigestRequest {
  readonly stream: string;
  /** Of creation time, half-open; full hours of UTC. */
  readonly from: Instant;
  readonly until: Instant;
  /** A record created before the handover counts only if its event time is at or after `eventFrom`. */
  readonly handover: Instant;
  readonly eventFrom?: Instant;
}

/** What is known of a source to which nothing is added and in which nothing changes any more. */
export interface SourceEnd {
  /** The creation time of its newest record; absent when it holds none. */
  readonly newest?: Instant;
}

export interface CallOptions {
  /** Aborts the call. The adapter gives up as soon as it can and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How a pipeline is going to read, so that `Source.check` can look at exactly that. */
export interface ReadPlan {
  readonly streams: readonly { readonly stream: string; readonly fields: readonly FieldRequest[] }[];
  readonly settleMs: number;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
}

/**
 * Where records come from.
 *
 * **Who calls it.** The engine, for one pipeline. `open()` once before anything but `check()` and `identity()`; then
 * `now`, `next`, `read`, `estimate`, `get` and `digest` in any order, several at a time; `close()` once at the end, also after a
 * failure. `check()` stands alone: it opens what it needs.
 *
 * **What a source does not do.** It owns its connection and nothing else: it never sleeps, never retries and never
 * writes. It makes one attempt and says what happened, in the words of `errors.ts`:
 *
 * - `TransientError`: the connection broke, a statement timed out, a replica cancelled the query. The engine waits and
 *   calls again; a read goes on after the last cursor it got.
 * - `SourceDriftError`: what the source relies on is missing, moved or frozen. The engine pauses before it reads on.
 * - `RefusedError`: the credentials are refused. The engine pauses.
 * - anything else is a bug and stops the process with a stack trace.
 */
export interface Source {
  /**
   * What the records come from. The engine stores it with the first plan and stops when it differs later. No
   * connection is made.
   */
  identity(): SourceIdentity;

  /** Connects and makes sure that the source is what it is thought to be. */
  open(options?: CallOptions): Promise<void>;

  /**
   * Tries everything that a run needs and says what it found; what one finding does not depend on is tried all the same.
   * With a plan, also what its reads would cost and whether its times fit what is measured. Never throws for a finding.
   */
  check(options?: CallOptions & { readonly plan?: ReadPlan }): Promise<readonly CheckResult[]>;

  /**
   * The source's clock: no record that becomes visible later has a creation time before it, but for the writers' clock
   * differences and long writes, which `settle` covers. On a replica, the time of the last replayed commit.
   */
  now(options?: CallOptions): Promise<Instant>;

  /**
   * Whether the source has ended for good, such as a database that its application no longer writes to; undefined as
   * long as it has not. The engine exports what it holds, `settle` after the newest record says that it has ended, and
   * follows it no further than changes of that record would be followed. Optional: without it, a source never ends.
   */
  ended?(options?: CallOptions): Promise<SourceEnd | undefined>;

  /**
   * The time, on the asked axis, of the first record at or after `from`, or undefined when there is none. One cheap
   * probe: the engine uses it to step over gaps, so that a single record dated 1970 or 9999 does not make thousands of
   * empty windows. With `createdBefore`, only records created before it count.
   */
  next(
    stream: string,
    axis: Axis,
    from: Instant,
    options?: CallOptions & { readonly createdBefore?: Instant },
  ): Promise<Instant | undefined>;

  /**
   * The records of a window, page by page, in the order of its parts. When the iteration ends without an error, the
   * window is complete.
   *
   * Every page is read to its end before it is handed over: no statement and no transaction stays open while the
   * engine waits for the sink. A record may come twice in a window, never not at all. Reading the same window after
   * the same cursor again gives at least the records that were not yet given.
   */
  read(request: ReadRequest, options?: CallOptions): AsyncIterable<RecordPage>;

  /**
   * About how many records a window on the axis `event` holds: as cheap as `next`, from statistics rather than by
   * counting, and possibly far off. Optional: without it, `backfill --plan` names windows and times alone.
   */
  estimate?(window: Window, options?: CallOptions): Promise<number>;

  /**
   * The records with these keys as they are now, in any order, in pages of part `asked` whose cursors are the keys. Those
   * that are no longer there are left out. Optional: without it, dead letters are replayed from the event they hold.
   */
  get?(request: GetRequest, options?: CallOptions): AsyncIterable<RecordPage>;

  /**
   * What the source holds per hour of creation time, in order; hours without a record may be left out. Computed where
   * the records are, so that none of them travels. Optional: without it, `verify` cannot say anything.
   */
  digest?(request: DigestRequest, options?: CallOptions): Promise<readonly SourceDigest[]>;

  /** Closes every connection. Called once; safe when `open()` failed or was never called. */
  close(): Promise<void>;
}
