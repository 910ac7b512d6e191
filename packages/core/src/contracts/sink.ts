import type { CheckResult } from './check-result.js';
import type { MappedEvent } from './event.js';
import type { Identity } from './identity.js';
import type { Receipt, Rejection } from './receipt.js';
import type { CallOptions } from './source.js';
import type { Instant, JsonValue } from './value.js';

/** A destination that treats the old events of a backfill as history. */
export interface SinkHistory {
  /** From which age on an event is history, in milliseconds. */
  readonly afterMs: number;
  /** What the destination does differently with such events, and with younger ones: one sentence for people. */
  readonly meaning: string;
}

/** What one request, and one event, may measure at most. Configuration can lower these, never raise them. */
export interface SinkLimits {
  readonly maxEventsPerRequest: number;
  /** Of the events' encoded text in one request, before compression. */
  readonly maxBytesPerRequest: number;
  readonly maxRequestsInFlight: number;
  /** Two events with one uuid never share a request. */
  readonly distinctWithinRequest: boolean;
}

/** An event, serialised once. Any part of a batch becomes a request again without serialising again. */
export interface EncodedEvent {
  /** The engine's event id: see `eventId`. */
  readonly id: string;
  readonly uuid: string;
  /** The event as the sink's wire format has it. */
  readonly text: string;
  /** Size of `text` in bytes of UTF-8. */
  readonly bytes: number;
  /** When the event happened, where the sink's rules need it. */
  readonly time?: Instant;
}

/** What `encode` says: the encoded event, or why it can never be sent. */
export type Encoding = { readonly kind: 'encoded'; readonly event: EncodedEvent } | Rejection;

/** What is known only when a request is assembled. */
export interface AssemblyContext {
  /** Now. */
  readonly now: Instant;
  /** Whether the events come from a window that backfills history. */
  readonly backfill: boolean;
}

/** One request to the destination, ready to be sent. Adapters extend it with what their `send` needs. */
export interface SinkRequest {
  readonly events: readonly EncodedEvent[];
}

/** What becomes of some encoded events at this moment. Each event is in exactly one request or in `rejected`. */
export interface Assembly {
  readonly requests: readonly SinkRequest[];
  readonly rejected: readonly { readonly event: EncodedEvent; readonly rejection: Rejection }[];
}

/** A request as `preview` shows it: exactly what would be sent, with the secrets masked. */
export interface RequestDescription {
  /** Method and address, or a path: `POST https://events.example.com/batch`. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: JsonValue;
  /** What was assumed because the sink was not opened, in one line for people. */
  readonly assumption?: string;
}

/**
 * Where events go.
 *
 * **Who calls it.** The engine, for one pipeline. `open()` once before anything is encoded; then `encode`, `assemble`
 * and `send`, with up to `limits.maxRequestsInFlight` sends at a time; `close()` once at the end, also after a failure.
 * `preview` calls `encode`, `assemble` and `describe` on a sink that was never opened. `check()` stands alone.
 *
 * **What a sink does not do.** It has no queue, never sleeps, never retries and never follows a redirect. `send` makes
 * **one** attempt and answers for **every** event. What goes wrong as a whole is said in the words of `errors.ts`:
 *
 * - `TransientError` (network, 5xx, throttling): the engine sends the same events again, later.
 * - `TooLargeError`: the engine splits; an event that is too large alone is rejected.
 * - `InvalidRequestError` (the destination refuses the request and does not say which event): the engine bisects.
 * - `RefusedError` (credentials, quota): the engine pauses and keeps the cursor.
 * - `UnexpectedAnswerError` (a redirect, a page of HTML, a success of the wrong shape): never success.
 * - anything else is a bug and stops the process with a stack trace.
 */
export interface Sink {
  readonly limits: SinkLimits;
  /** Absent: the destination treats the events of a backfill like all others. */
  readonly history?: SinkHistory;
  /** The events themselves go to stdout: commands then print their own results to stderr. Absent: false. */
  readonly writesToStdout?: boolean;

  /** Where the events go: the destination and a hash of the key. Stored with the first accepted delivery. */
  identity(): Identity;

  /** Settles what must be known before anything is encoded, and refuses a key that the destination refuses. */
  open(options?: CallOptions): Promise<void>;

  /** Tries everything that a run needs and says what it found. Sends no event. Never throws for a finding. */
  check(options?: CallOptions): Promise<readonly CheckResult[]>;

  /** Pure: the same event gives the same text. */
  encode(event: MappedEvent): Encoding;

  /** Pure. Called again with a part of the events after a partial answer. `events` keep their order. */
  assemble(events: readonly EncodedEvent[], context: AssemblyContext): Assembly;

  /** Pure: the request as `preview` prints it. */
  describe(request: SinkRequest): RequestDescription;

  /** One attempt. `attempt` starts at 1 and counts the attempts for these events. */
  send(request: SinkRequest, options: CallOptions & { readonly attempt: number }): Promise<Receipt>;

  /** Flushes and closes. Called once; safe when `open()` failed or was never called. */
  close(): Promise<void>;
}
