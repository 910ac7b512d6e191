import type { EncodedEvent, SinkRequest } from '../../contracts/sink.js';
import type { Bisection } from './bisection.js';
import type { Settle } from './final-outcome.js';

/** Events of one batch: all of it at first, what is left of it later. */
export interface OutgoingEvents {
  readonly events: readonly EncodedEvent[];
  /** The attempt that is made next for these events; starts at 1. */
  readonly attempt: number;
  readonly settle: Settle;
  /** Present for parts of a request that the destination found invalid. */
  readonly bisection?: Bisection;
}

/** The same events as one request. */
export interface OutgoingRequest extends OutgoingEvents {
  readonly request: SinkRequest;
}

/**
 * A part of the delivery chain (see `deliverBatch`). The inner parts make one attempt and answer with its receipt; the
 * outer parts resolve when every event has a final outcome. All of them reject with what stops the batch.
 */
export interface Sender<Outgoing, Answer = void> {
  send(outgoing: Outgoing): Promise<Answer>;
}
