import type { Outcome, Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent, SinkRequest } from '../../contracts/sink.js';

/** An outcome after which an event is not sent again. */
export type FinalOutcome = Extract<Outcome, { kind: 'accepted' }> | Rejection;

/** Events of one batch: all of it at first, parts of it later. */
export interface OutgoingEvents {
  readonly events: readonly EncodedEvent[];
  /** The attempt that is made next for these events; starts at 1. */
  readonly attempt: number;
  /** Called once per event. */
  readonly settle: (event: EncodedEvent, outcome: FinalOutcome) => void;
}

/** The same events as one request. */
export interface OutgoingRequest extends OutgoingEvents {
  readonly request: SinkRequest;
}

/**
 * A part of the delivery chain (see `deliverBatch`). The inner parts make one attempt and answer with its receipt; the
 * outer parts resolve when every event has a final outcome. All of them reject with what stops the batch. A chain serves
 * one batch and sends one request at a time.
 */
export interface Sender<Outgoing, Answer = void> {
  send(outgoing: Outgoing): Promise<Answer>;
}
