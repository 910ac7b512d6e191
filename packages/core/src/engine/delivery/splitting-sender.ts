import { TooLargeError } from '../../contracts/errors.js';
import { bytesOf, halvesOf } from './halves.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';

/**
 * Sends a request that is too large in halves; an event that is too large alone is rejected. `onCeiling` is called with
 * the size of the larger half when both were small enough.
 */
export function splittingSender(
  next: Sender<OutgoingRequest>,
  again: Sender<OutgoingEvents>,
  onCeiling: (bytes: number) => Promise<void>,
): Sender<OutgoingRequest> {
  let tooLargeAlone = 0;
  return {
    async send(outgoing) {
      try {
        await next.send(outgoing);
      } catch (error) {
        if (!(error instanceof TooLargeError)) throw error;
        const [only, ...others] = outgoing.events;
        if (only && others.length === 0) {
          tooLargeAlone += 1;
          outgoing.settle(only, { kind: 'rejected', reason: 'too-large', detail: error.message });
          return;
        }
        const before = tooLargeAlone;
        const halves = halvesOf(outgoing.events);
        for (const events of halves) await again.send({ ...outgoing, events, attempt: 1 });
        // The size of one event that is too large does not tell how large a request may be.
        if (tooLargeAlone === before) await onCeiling(Math.max(...halves.map(bytesOf)));
      }
    },
  };
}
