import type { Arrivals } from './arrivals.js';
import type { CheckResult } from './check-result.js';
import type { EventText, WriteEvent } from './event-text.js';
import type { MappedEvent } from './event.js';
import type { Identity } from './identity.js';
import type { Receipt, Rejection } from './receipt.js';
import type { CallOptions } from './source.js';
import type { Instant, JsonValue } from './value.js';
import type { Window } from './window.js';

/** How the destination treats history. */
export interface SinkHistory {
  /** Events of a backfill that are at least this old, in milliseconds, are history. */
  readonly afterMs: number;
  /** What that means, and what happens with younger events: one sentence for people. */
  readonly meaning: string;
}

/** The limits of a request. Configuration can lower them, never raise them. */
export interface SinkLimits {
  readonly maxEventsPerRequest: number;
  /** How many events a request has where the pipeline file does not say. Default: 1,000. */
  readonly preferredEventsPerRequest?: number;
  /** Of the events' encoded text in one request, before compression. */
  readonly maxBytesPerRequest: number;
  readonly maxRequestsInFlight: number;
  /** Whether events with the same uuid must be in different requests. */
  readonly distinctWithinRequest: boolean;
}

/** An event, serialised once: parts of a batch become requests without serialising again. */
export interface EncodedEvent {
  /** The engine's event id: see `eventId`. */
  readonly id: string;
  readonly uuid: string;
  /**
   * The uuid under which the destination gets it, where it is another one: events that say the same have it in common and
   * replace each other there. Such an event is not looked for when the destination is read back. Absent: `uuid`.
   */
  readonly sentUuid?: string | undefined;
  /** The event in the sink's wire format, an object in JSON on one line. `send` may make another format of it. */
  readonly text: string;
  /** Size of `text` in bytes of UTF-8. */
  readonly bytes: number;
  /** When the event happened, if the sink's rules need it. */
  readonly time?: Instant | undefined;
  /**
   * The same text as bytes: they begin at `start` of this larger buffer. Absent: only `text` is known. A byte between two
   * events belongs to none, so that `copyEvents` may write a separator there.
   */
  readonly buffer?: Buffer | undefined;
  readonly start?: number | undefined;
  /** Belongs to the engine. */
  ticket?: unknown;
}

/** The encoded event, or why it can never be sent. */
export type Encoding = { readonly kind: 'encoded'; readonly event: EncodedEvent } | Rejection;

/** What is known only when a request is assembled. */
export interface AssemblyContext {
  /** Now, by the clock of the source. */
  readonly now: Instant;
  /** Whether the events come from a backfill. */
  readonly backfill: boolean;
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** The stream of the records. All events of an assembly come from one. */
  readonly stream: string;
  /** The window that the records were read in; undefined for records that were asked for by key, such as a replay's. */
  readonly window?: Pick<Window, 'axis' | 'from' | 'until'> | undefined;
}

/** One request to the destination. Adapters extend it with what their `send` needs. */
export interface SinkRequest {
  readonly events: readonly EncodedEvent[];
}

/** Requests for some events. Each event is in exactly one request or in `rejected`. */
export interface Assembly {
  readonly requests: readonly SinkRequest[];
  readonly rejected: readonly { readonly event: EncodedEvent; readonly rejection: Rejection }[];
}

/** A request as `preview` shows it: exactly what would be sent, with masked secrets. */
export interface RequestDescription {
  /** Method and address, or a path: `POST https://events.example.com/batch/`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
  /** What was assumed because the sink was not opened, in one line for people. */
  readonly assumption?: string;
}

/**
 * Where events are delivered.
 *
 * **Who calls it.** The engine, for one pipeline. `open()` once, before anything is encoded; then `encode`, `assemble` and
 * `send`, with up to `limits.maxRequestsInFlight` sends at a time; `close()` once at the end, also after a failure.
 * `preview` calls `encode`, `assemble` and `describe` without `open()`. `check()` stands alone.
 *
 * **What a sink does not do.** It has no queue, never sleeps, never retries and never follows a redirect. `send` makes
 * **one** attempt and answers for **every** event. It reports the failure of a whole request with the errors of `errors.ts`:
 *
 * - `TransientError` (network, 5xx, throttling): the engine sends the same events again later.
 * - `TooLargeError`: the engine splits the request; an event that is too large alone is rejected.
 * - `InvalidRequestError` (the destination refuses the request without naming an event): the engine bisects it.
 * - `RefusedError` (credentials, quota): the engine pauses and keeps the cursor.
 * - `UnexpectedAnswerError` (a redirect, a page of HTML, a success of the wrong shape): never success.
 * - anything else is a bug: it ends the run with a stack trace, and a service tries again later.
 */
export interface Sink {
  readonly limits: SinkLimits;
  /** Absent: the destination treats history like all other events. */
  readonly history?: SinkHistory;
  /** Whether events are written to stdout; commands then print their results to stderr. Default: false. */
  readonly writesToStdout?: boolean;

  /** The destination and a hash of the key. Stored with the first accepted event. */
  identity(): Identity;

  /**
   * One sentence on what differs from the destination that the state belongs to, when their descriptions do not show it,
   * such as another key of the same host. Optional.
   */
  differenceFrom?(was: Identity): string | undefined;

  /** Finds out what encoding needs to know. Throws `RefusedError` when the destination refuses the key. */
  open(options?: CallOptions): Promise<void>;

  /** Checks everything that a run needs and reports all findings. Sends no event. Never throws for a finding. */
  check(options?: CallOptions): Promise<readonly CheckResult[]>;

  /** Pure: the same event always gives the same text. */
  encode(event: MappedEvent): Encoding;

  /**
   * How to write such events as text, without an object per event. Called after `open()`, except by `sluice check`.
   * Optional: without it, or where it returns undefined, every event is encoded.
   */
  textWriter?(event: EventText): WriteEvent | undefined;

  /**
   * Pure. Together the events are within `limits`, unless one alone is too large. Called again with a part of them after a
   * partial answer. Keeps the order of `events`.
   */
  assemble(events: readonly EncodedEvent[], context: AssemblyContext): Assembly;

  /** Pure: the request as `preview` shows it. */
  describe(request: SinkRequest): RequestDescription;

  /**
   * One attempt. `attempt` starts at 1 and counts the attempts for these events. `signal` aborts when the lease on the state
   * ends before the answer.
   */
  send(request: SinkRequest, options: CallOptions & { readonly attempt: number }): Promise<Receipt>;

  /**
   * Reads back what the destination has stored. Called after `open()`, and before it only to find out whether it can be
   * asked; every encoded event must then have its `time`. Throws `ConfigError` that says which option is missing. Optional:
   * without it, `verify --destination` is not available.
   */
  arrivals?(): Arrivals;

  /** Flushes and closes. Called once; safe when `open()` failed or was never called. */
  close(): Promise<void>;
}
