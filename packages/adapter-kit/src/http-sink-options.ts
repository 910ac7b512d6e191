import type { CheckResult, Instant, JsonObject, SetupQuestion } from '@sluice/core/adapter';
import type { EncodedEvent, MappedEvent, Outcome, Receipt, Repeats, SinkDefinition } from '@sluice/core/sink';
import type { ZodType } from 'zod';
import type { BodyForm } from './body-form.js';
import type { HttpAnswer } from './http-answer.js';
import type { HttpCall } from './http-client.js';
import type { HttpTarget } from './http-request.js';
import type { HttpOptions } from './http-options.js';
import type { StatusTable } from './status-error.js';
import type { Unsendable } from './unsendable.js';

export interface HttpSinkLimits {
  readonly maxEvents: number;
  /** Of a whole body before compression. */
  readonly maxBytes: number;
  /** Of one event; a larger one is rejected. Default: what fits a body. */
  readonly maxEventBytes?: number;
  /** Default: 8. */
  readonly maxRequestsInFlight?: number;
  /** Whether events with the same uuid must be in different requests. Default: true. */
  readonly distinctWithinRequest?: boolean;
  /**
   * How far ahead of the source's clock the field `time` of an event may be when its request is made, in milliseconds; a
   * later one is rejected, and can be replayed. Default: without limit.
   */
  readonly maxAheadMs?: number;
}

/** The requests of a sink. */
export interface HttpSinkRequest extends HttpTarget {
  /** Default: `POST`. */
  readonly method?: 'POST' | 'PUT' | 'PATCH';
  readonly body: BodyForm;
  /** Default: `application/json`, or `application/x-ndjson`. */
  readonly contentType?: string;
  readonly limits: HttpSinkLimits;
  /** What distinguishes the account at the address, such as `project 12`. Default: a hash of the secrets. */
  readonly account?: string;
}

/** What `sign` can depend on. */
export interface SignContext {
  /** The bytes that are sent, compressed if `gzip` is set. */
  readonly body: Buffer;
  readonly events: readonly EncodedEvent[];
  /** When the attempt is made. */
  readonly now: Instant;
  /** From 1. */
  readonly attempt: number;
}

/**
 * Asks the destination something, with the headers, credentials, address and path of the sink's requests unless it says
 * otherwise. Default: a `GET`; with a `body`, a `POST` of the type that the sink's requests have.
 */
export type Ask = (call?: Partial<HttpCall>) => Promise<HttpAnswer>;

/** What is particular to a destination. `httpSink` does the rest. */
export interface HttpSinkOptions<Config extends Partial<HttpOptions>> extends Pick<
  SinkDefinition<Config>,
  'type' | 'doc' | 'eventSchema' | 'previewVariants'
> {
  /** The destination's name in messages. */
  readonly name: string;
  /** The option that holds the address. Default: `host`. */
  readonly addressOption?: string;
  /** The strict schema of `with:`. Spread `httpOptions` into it for gzip and time-outs. */
  readonly config: ZodType<Config>;
  readonly setup?: readonly SetupQuestion[];
  readonly repeats: Repeats | ((config: Config) => Repeats);
  /** Pure: where and how events are sent. */
  request(config: Config): HttpSinkRequest;
  /** Pure: the event as the destination takes it, or why it never will. Default: the mapped event as it is. */
  encode?(event: MappedEvent, config: Config): JsonObject | Unsendable;
  /**
   * Pure: what an answer says of the events, in their order; an event without an outcome is sent again. Called for every
   * answer but a redirect. Undefined, and the default: a 2xx that is no page of HTML accepts all events (assurance
   * `request`), and any other status is an error (`statuses`).
   */
  receipt?(
    answer: HttpAnswer,
    events: readonly EncodedEvent[],
    config: Config,
  ): readonly (Outcome | undefined)[] | Receipt | undefined;
  /** Where statuses mean something else than in `DEFAULT_STATUSES`. */
  readonly statuses?: StatusTable | ((config: Config) => StatusTable);
  /** Headers that depend on the body and the attempt, such as a signature. */
  sign?(context: SignContext, config: Config): Readonly<Record<string, string>>;
  /**
   * Asks without sending an event whether the destination takes events, such as whether it knows the key. Throws the errors of
   * the contracts if not (`statusError`), and returns what it found, in a few words for people. Called by `check()` and at
   * the start of a run. Default: `check()` says that the credentials cannot be checked.
   */
  check?(ask: Ask, config: Config, fail: (answer: HttpAnswer) => Error): Promise<string | readonly CheckResult[]>;
}
