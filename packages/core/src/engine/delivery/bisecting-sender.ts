import { InvalidRequestError } from '../../contracts/errors.js';
import { Bisection } from './bisection.js';
import { halvesOf } from './halves.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';

/**
 * Finds the invalid events of an invalid request: halves it until they stand alone, depth first, so that a fault which
 * is not in the events shows after a few requests.
 */
export function bisectingSender(
  next: Sender<OutgoingRequest>,
  again: Sender<OutgoingEvents>,
  hasAcceptedEarlier: () => boolean,
): Sender<OutgoingRequest> {
  return {
    async send(outgoing) {
      try {
        await next.send(outgoing);
      } catch (error) {
        if (!(error instanceof InvalidRequestError)) throw error;
        const bisection = outgoing.bisection ?? new Bisection(outgoing.settle);
        const { settle } = bisection;
        const [only, ...others] = outgoing.events;
        if (only && others.length === 0) bisection.invalidAlone(only, error);
        else {
          for (const events of halvesOf(outgoing.events)) await again.send({ events, attempt: 1, settle, bisection });
        }
        if (outgoing.bisection === undefined) bisection.end(error, hasAcceptedEarlier());
      }
    },
  };
}
