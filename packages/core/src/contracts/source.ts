import type { CheckResult } from './check-result.js';
import type { SourceDigest } from './digest.js';
import type { SourceIdentity } from './identity.js';
import type { PageText } from './page-text.js';
import type { FieldRequest } from './stream-schema.js';
import type { Instant, Row } from './value.js';
import type { Axis, Window, WindowPart } from './window.js';

/** What to read. */
export interface ReadRequest {
  readonly window: Window;
  /** Where to continue: a cursor from an earlier page of the **same** window. Default: the window's start. */
  readonly after?: string;
  /** The fields of every row, in this order. Never empty. */
  readonly fields: readonly FieldRequest[];
}

/**
 * Some records of one part of a window. The lists have the same order: `rows[i]` is the record with the key `keys[i]`. A
 * page is never empty.
 */
export interface RecordPage {
  readonly part: WindowPart;
  readonly rows: readonly Row[];
  /** The key that identifies the record in its stream, as text. */
  readonly keys: readonly string[];
  /** When the source learned of the record. */
  readonly createdAt: readonly Instant[];
  /**
   * Where to continue after the record. Opaque to the engine, which stores it as text in the ledger: it must have the full
   * precision of the source's times, and keep its meaning after a restart and an update of the adapter.
   */
  readonly cursors: readonly string[];
  /**
   * By position in the lists, the records with a value that cannot be decoded. Each becomes a dead letter with the problem
   * as its reason; its row is null where nothing could be read.
   */
  readonly problems?: ReadonlyMap<number, RecordProblem>;
  /**
   * The same records as text, from which events are written faster. With it, the lists above should be computed only when
   * they are first read. Optional.
   */
  readonly text?: PageText;
  /** One of `cursors`, without computing the others. Optional. */
  cursor?(record: number): string;
}

/** How many records a page has. Does not compute them where the page has text. */
export function recordCount(page: RecordPage): number {
  return page.text?.records ?? page.rows.length;
}

/** Where to continue after a record of a page. */
export function cursorOf(page: RecordPage, record: number): string {
  return page.cursor?.(record) ?? page.cursors[record] ?? '';
}

/** Why a record cannot be read. */
export interface RecordProblem {
  /** The field that has the value; absent if it is not known. */
  readonly field?: string;
  /** The predicate of a sentence about the field: `is not a finite number`. Quotes no value of the record. */
  readonly reason: string;
}

/** Which records `Source.get` returns. */
export interface GetRequest {
  readonly stream: string;
  /** Never empty; at most 1,000, each once. */
  readonly keys: readonly string[];
  /** The fields of every row, in this order. Never empty. */
  readonly fields: readonly FieldRequest[];
}

/** Of which record `Source.related` looks for others. */
export interface RelatedRequest {
  readonly key: string;
  /** The stream of the key. Default: whichever has it. */
  readonly stream?: string;
  /** The streams of the records to look for; each once. */
  readonly among: readonly string[];
  /** The most keys of each stream; from 1 to 1,000. */
  readonly limit: number;
}

/** The records of one stream that belong to a record of another. */
export interface RelatedKeys {
  readonly stream: string;
  /** In the order in which they happened; at most as many as were asked for. */
  readonly keys: readonly string[];
  /** How many there are. */
  readonly total: number;
}

/** Which hours `Source.digest` computes, and which of their records count. */
export interface DigestRequest {
  readonly stream: string;
  /** Of creation time, half-open; full hours of UTC. */
  readonly from: Instant;
  readonly until: Instant;
  /** A record created before the handover counts only if its event time is at or after `eventFrom`. */
  readonly handover: Instant;
  readonly eventFrom?: Instant;
}

/** The end of a source in which nothing is added or changed any more. */
export interface SourceEnd {
  /** The creation time of its newest record; absent if it has no records. */
  readonly newest?: Instant;
}

/** What a call to an adapter accepts. */
export interface CallOptions {
  /** Aborts the call. The adapter stops as soon as it can and throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** How a pipeline will read, so that `Source.check` can check exactly that. */
export interface ReadPlan {
  readonly streams: readonly { readonly stream: string; readonly fields: readonly FieldRequest[] }[];
  readonly settleMs: number;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
}

/**
 * Where records come from.
 *
 * **Who calls it.** The engine, for one pipeline. `open()` once, before everything except `check()` and `identity()`; then
 * the other methods in any order, several at a time; `close()` once at the end, also after a failure. `check()` stands
 * alone: it opens what it needs.
 *
 * **What a source does not do.** It never sleeps, never retries and never writes. It makes one attempt and reports failures
 * with the errors of `errors.ts`:
 *
 * - `TransientError`: the connection broke, a statement timed out, a replica cancelled the query. The engine waits and
 *   retries; a read continues after the last cursor.
 * - `SourceDriftError`: what the source relies on is missing or has changed. The engine pauses before it reads on.
 * - `RefusedError`: the credentials are refused. The engine pauses.
 * - anything else is a bug: it ends the run with a stack trace, and a service tries again later.
 */
export interface Source {
  /** Whether its pages have `text`. Default: false. */
  readonly givesText?: boolean;

  /**
   * What the records come from. The engine stores it in the first run and stops if it differs later. Makes no
   * connection.
   */
  identity(): SourceIdentity;

  /** Connects and checks that this is the expected source. */
  open(options?: CallOptions): Promise<void>;

  /**
   * Checks everything that a run needs and reports all findings. With a plan, also what its reads would cost and whether
   * its times fit what is measured. Never throws for a finding.
   */
  check(options?: CallOptions & { readonly plan?: ReadPlan }): Promise<readonly CheckResult[]>;

  /**
   * The source's clock: no record that becomes visible later has an earlier creation time, except for clock differences
   * between writers and long writes, which `settle` covers. On a replica, the time of the last replayed commit.
   */
  now(options?: CallOptions): Promise<Instant>;

  /**
   * Whether the source has ended for good, such as a database that its application no longer writes to; undefined while it
   * has not. The engine exports everything in it and follows it for `revisit` after its newest record. Optional: without
   * it, a source never ends.
   */
  ended?(options?: CallOptions): Promise<SourceEnd | undefined>;

  /**
   * The time, on the given axis, of the first record at or after `from`, which is `-Infinity` for a pipeline that starts at
   * the beginning; undefined if there is none. One cheap probe: the engine skips gaps with it, so that a single record
   * dated 1970 or 9999 does not cause thousands of empty windows. With `createdBefore`, only records created before it
   * count.
   *
   * On the axis `change` only creation counts: where records changed and none was created, the answer is undefined. That
   * skips no change. The engine makes the next window reach up to the answer, or else up to now, and reads its parts
   * `changed` and `derived` in any case.
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
   * Every page is read completely before it is returned: no statement and no transaction stays open while the engine
   * waits for the sink. A record may come twice in a window but is never missing. Reading the same window again after the
   * same cursor returns at least the records that were not returned yet.
   */
  read(request: ReadRequest, options?: CallOptions): AsyncIterable<RecordPage>;

  /**
   * About how many records a window on the axis `event` contains, whose ends may be infinite: from statistics unless
   * counting is as cheap, and possibly far off. Optional: without it, progress has no share and no remaining time,
   * `backfill --plan` shows only windows and times, and workers do not divide a large window of following.
   */
  estimate?(window: Window, options?: CallOptions): Promise<number>;

  /**
   * The current records with these keys, in any order, in pages of part `asked` whose cursors are the keys. Missing records
   * are left out. Optional: without it, dead letters are replayed from their event.
   */
  get?(request: GetRequest, options?: CallOptions): AsyncIterable<RecordPage>;

  /**
   * The keys of the records that belong to a record, such as the items of an order, also when the record itself is
   * missing; streams without any may be left out. One look-up by an index for each stream. Optional: without it,
   * `preview --key` shows the record alone.
   */
  related?(request: RelatedRequest, options?: CallOptions): Promise<readonly RelatedKeys[]>;

  /**
   * The digests of the hours of creation time, in order; hours without records may be left out. Computed at the source, so
   * that no record is transferred. Optional: without it, `verify` is not available.
   */
  digest?(request: DigestRequest, options?: CallOptions): Promise<readonly SourceDigest[]>;

  /** Closes every connection. Called once; safe when `open()` failed or was never called. */
  close(): Promise<void>;
}
