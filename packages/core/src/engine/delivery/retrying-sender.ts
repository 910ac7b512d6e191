import { RefusedError, TransientError, UnexpectedAnswerError } from '../../contracts/errors.js';
import type { Receipt } from '../../contracts/receipt.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';

/**
 * Attempts a request until every event of it has a final outcome. The gate makes each attempt wait. What is left after a
 * partial answer is assembled again.
 */
export function retryingSender(
  next: Sender<OutgoingRequest, Receipt>,
  again: Sender<OutgoingEvents>,
): Sender<OutgoingRequest> {
  return {
    async send(outgoing) {
      let left = outgoing.events;
      for (let { attempt } = outgoing; left.length > 0; attempt += 1) {
        if (left.length < outgoing.events.length) return again.send({ ...outgoing, events: left, attempt });
        try {
          left = settleReceipt(outgoing, await next.send({ ...outgoing, attempt }));
        } catch (error) {
          if (!isRetryable(error)) throw error;
        }
      }
    },
  };
}

/** Whether the same request is sent again after the error. */
export function isRetryable(error: unknown): error is TransientError | UnexpectedAnswerError {
  return error instanceof TransientError || error instanceof UnexpectedAnswerError;
}

/** Settles the events that have a final outcome and returns the others. Throws `RefusedError` when one is refused. */
function settleReceipt({ events, settle }: OutgoingRequest, { outcomes }: Receipt): readonly EncodedEvent[] {
  const left: EncodedEvent[] = [];
  let refused: RefusedError | undefined;
  let index = 0;
  for (const event of events) {
    const outcome = outcomes[index++];
    if (outcome === undefined || outcome.kind === 'retry') left.push(event);
    else if (outcome.kind === 'refused') refused ??= new RefusedError(outcome.refusal, outcome.message);
    else settle(event, outcome);
  }
  if (refused) throw refused;
  return left;
}
