import {
  InvalidRequestError,
  RefusedError,
  StateError,
  TooLargeError,
  TransientError,
  UnexpectedAnswerError,
} from '../../contracts/errors.js';
import type { Instant } from '../../contracts/value.js';
import type { RequestOutcome } from '../../contracts/observation.js';
import type { Outcome, Receipt, Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent, Sink, SinkRequest } from '../../contracts/sink.js';
import { PauseError } from './pause-error.js';
import type { RunContext } from '../pipeline.js';
import { outcomeOfError, outcomeOfReceipt } from './request-outcome.js';
import type { SendGate } from './send-gate.js';

/** The fault is not in the events when this many are refused alone and none of their batch was accepted. */
const REFUSED_ALONE = 20;

/** A batch that could not be delivered for so long is read again: what it holds may be out of date by now. */
const STALE_AFTER_MS = 5 * 60_000;

/** Ends the delivery of a batch that has become old; its records are read again. */
export class StaleBatchError extends Error {}

export interface BatchDeliveryOptions {
  readonly sink: Sink;
  readonly gate: SendGate;
  readonly backfill: boolean;
  /** Until when the lease is held. */
  readonly leaseExpiresAt: () => Instant;
  /** Whether this destination has ever accepted an event of this pipeline. */
  readonly hasAccepted: () => boolean;
  /** Told once per event. */
  readonly onFinal: (event: EncodedEvent, outcome: FinalOutcome) => void;
  /** Told when a request was too large and its parts, of so many bytes at most, were not. */
  readonly onCeiling: (bytes: number) => void;
  /** Told before every attempt, with the bytes of its events. */
  readonly onSend: (request: SinkRequest, bytes: number) => void;
  /** Ends the waiting; a request on its way is still finished. */
  readonly signal: AbortSignal;
}

export type FinalOutcome = Extract<Outcome, { kind: 'accepted' }> | Rejection;

/** What a bisected request has shown so far. */
interface Bisection {
  accepted: boolean;
  readonly refusedAlone: { readonly event: EncodedEvent; readonly rejection: Rejection }[];
}

/** Delivers one batch: assembles, sends, sends again, splits and bisects until every event has a final outcome. */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  readonly #context: RunContext;
  readonly #begunMs: number;
  #tooLargeAlone = 0;

  constructor(options: BatchDeliveryOptions, context: RunContext) {
    this.#options = options;
    this.#context = context;
    this.#begunMs = context.runtime.monotonicMs();
  }

  /** Resolves when every event has a final outcome; rejects with what stops the pipeline. */
  async deliver(events: readonly EncodedEvent[]): Promise<void> {
    await this.#deliverPart(events, undefined);
  }

  async #deliverPart(
    events: readonly EncodedEvent[],
    bisection: Bisection | undefined,
    firstAttempt = 1,
  ): Promise<void> {
    const { sink, backfill, onFinal } = this.#options;
    const assembly = sink.assemble(events, { now: this.#context.runtime.now(), backfill });
    for (const { event, rejection } of assembly.rejected) onFinal(event, rejection);
    for (const request of assembly.requests) await this.#deliverRequest(request, bisection, firstAttempt);
  }

  async #deliverRequest(request: SinkRequest, bisection: Bisection | undefined, firstAttempt: number): Promise<void> {
    for (let attempt = firstAttempt; ; attempt += 1) {
      let receipt: Receipt | 'again';
      try {
        receipt = await this.#attempt(request, attempt);
      } catch (error) {
        if (error instanceof TooLargeError) return this.#split(request, error, bisection);
        if (error instanceof InvalidRequestError) return this.#bisect(request, error, bisection);
        throw error;
      }
      if (receipt === 'again') continue;
      const left = this.#settle(request, receipt, bisection);
      if (left.length === 0) return undefined;
      if (left.length < request.events.length) return this.#deliverPart(left, bisection, attempt + 1);
    }
  }

  /** One attempt: the receipt, or `again` after a failure that passes. */
  async #attempt(request: SinkRequest, attempt: number): Promise<Receipt | 'again'> {
    const { gate, signal, leaseExpiresAt } = this.#options;
    const { runtime, logger, observe } = this.#context;
    const pass = await gate.enter(request.events.length, signal);
    try {
      // After the gate, which a Retry-After can keep shut for long.
      if (runtime.monotonicMs() - this.#begunMs > STALE_AFTER_MS) throw new StaleBatchError();
      if (runtime.now() >= leaseExpiresAt()) {
        throw new StateError('the lease on the state has run out, so that another worker may have taken over');
      }
      const receipt = await this.#send(request, attempt);
      this.#pace(request, receipt, attempt, pass);
      return receipt;
    } catch (error) {
      if (!(error instanceof TransientError || error instanceof UnexpectedAnswerError)) throw error;
      const retryAfterMs = error instanceof TransientError ? error.retryAfterMs : undefined;
      const waitMs = Math.round(gate.failed(pass, retryAfterMs));
      const fields = { attempt, waitMs, events: request.events.length, error: error.message };
      if (error instanceof UnexpectedAnswerError) logger.error(fields, 'the sink gave an unexpected answer');
      else logger.warn(fields, 'the sink did not take a request; trying again');
      observe({ kind: 'retry', peer: 'sink', attempt, waitMs, message: error.message });
      return 'again';
    } finally {
      gate.leave();
    }
  }

  /** Sends once, and tells what became of it. */
  async #send(request: SinkRequest, attempt: number): Promise<Receipt> {
    const { runtime, observe } = this.#context;
    const { length: events } = request.events;
    const bytes = bytesOf(request.events);
    this.#options.onSend(request, bytes);
    const sentMs = runtime.monotonicMs();
    const tell = (outcome: RequestOutcome) =>
      observe({ kind: 'request-ended', outcome, events, bytes, durationMs: runtime.monotonicMs() - sentMs });
    let receipt: Receipt;
    try {
      receipt = await this.#options.sink.send(request, { attempt });
    } catch (error) {
      tell(outcomeOfError(error));
      throw error;
    }
    tell(outcomeOfReceipt(request, receipt));
    return receipt;
  }

  /** What the receipt means for the pace of all requests: also a part that is not accepted slows them down. */
  #pace(request: SinkRequest, receipt: Receipt, attempt: number, pass: { readonly enteredMs: number }): void {
    const { gate } = this.#options;
    const again = request.events.flatMap((_, index) => retryReason(receipt.outcomes[index]) ?? []);
    const [reason] = again;
    if (reason === undefined) {
      gate.succeeded();
      return;
    }
    const waitMs = Math.round(gate.failed(pass, receipt.retryAfterMs));
    const fields = { attempt, waitMs, events: request.events.length, again: again.length, reason };
    this.#context.logger.warn(fields, 'the sink did not take every event of a request; sending those again');
    this.#context.observe({ kind: 'retry', peer: 'sink', attempt, waitMs, message: reason });
  }

  /** Tells the final outcomes and returns the events that go again. */
  #settle(request: SinkRequest, receipt: Receipt, bisection: Bisection | undefined): readonly EncodedEvent[] {
    const again: EncodedEvent[] = [];
    let refused: RefusedError | undefined;
    for (const [index, event] of request.events.entries()) {
      const outcome = receipt.outcomes[index];
      if (outcome === undefined || outcome.kind === 'retry') again.push(event);
      else if (outcome.kind === 'refused') refused ??= new RefusedError(outcome.refusal, outcome.message);
      else {
        if (outcome.kind === 'accepted' && bisection) this.#acceptedWithin(bisection);
        this.#options.onFinal(event, outcome);
      }
    }
    if (refused) throw refused;
    return again;
  }

  /** Half the request at a time; an event that is too large alone is rejected. */
  async #split(request: SinkRequest, error: Error, bisection: Bisection | undefined): Promise<void> {
    const [only] = request.events;
    if (only && request.events.length === 1) {
      this.#tooLargeAlone += 1;
      this.#options.onFinal(only, { kind: 'rejected', reason: 'too-large', detail: error.message });
      return;
    }
    const halves = halve(request.events);
    const before = this.#tooLargeAlone;
    for (const half of halves) await this.#deliverPart(half, bisection);
    // One event that is too large says nothing of how large a request may be.
    if (this.#tooLargeAlone > before) return;
    this.#options.onCeiling(Math.max(...halves.map(bytesOf)));
  }

  /** Depth first, so that a fault which is not in the events shows after a few requests. */
  async #bisect(request: SinkRequest, error: Error, outer: Bisection | undefined): Promise<void> {
    const bisection = outer ?? { accepted: false, refusedAlone: [] };
    const [only] = request.events;
    if (only && request.events.length === 1) this.#refusedAlone(only, error, bisection);
    else for (const half of halve(request.events)) await this.#deliverPart(half, bisection);

    if (outer || bisection.accepted) return;
    if (!this.#options.hasAccepted()) throw notTheEvents(error, bisection.refusedAlone.length);
    this.#acceptedWithin(bisection);
  }

  #refusedAlone(event: EncodedEvent, error: Error, bisection: Bisection): void {
    const rejection: Rejection = { kind: 'rejected', reason: 'invalid-event', detail: error.message };
    if (bisection.accepted) {
      this.#options.onFinal(event, rejection);
      return;
    }
    bisection.refusedAlone.push({ event, rejection });
    if (bisection.refusedAlone.length >= REFUSED_ALONE) throw notTheEvents(error, REFUSED_ALONE);
  }

  /** The destination takes other events, so that those refused alone are at fault themselves. */
  #acceptedWithin(bisection: Bisection): void {
    bisection.accepted = true;
    for (const { event, rejection } of bisection.refusedAlone.splice(0)) this.#options.onFinal(event, rejection);
  }
}

function notTheEvents(error: Error, refused: number): PauseError {
  return new PauseError(
    'refused-request',
    `the sink refused ${refused} events one by one and accepted none: ${error.message}. The fault is probably not in the ` +
      `events: look at the sink's host, key and protocol, and at what the mapping sends`,
    { cause: error },
  );
}

/** Why an event goes again; undefined when it does not. */
function retryReason(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return 'the answer does not mention it';
  return outcome.kind === 'retry' ? (outcome.reason ?? 'the sink asks for it') : undefined;
}

function bytesOf(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, event) => sum + event.bytes, 0);
}

function halve(events: readonly EncodedEvent[]): readonly (readonly EncodedEvent[])[] {
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)];
}
