import { StateError } from '../../contracts/errors.js';
import type { Receipt } from '../../contracts/receipt.js';
import type { Runtime } from '../../contracts/runtime.js';
import type { Instant } from '../../contracts/value.js';
import type { OutgoingRequest, Sender } from './sender.js';

/** A batch that could not be delivered for so long is read again: its records may be out of date by now. */
const STALE_AFTER_MS = 5 * 60_000;

/** Ends the delivery of a batch that has become old; its records are read again. */
export class StaleBatchError extends Error {}

/**
 * Sends only while the batch is fresh and the lease is held. It belongs behind the gate, which a `Retry-After` can keep
 * closed for long. The age counts from the call, which is made once per batch.
 */
export function checkingSender(
  next: Sender<OutgoingRequest, Receipt>,
  leaseExpiresAt: () => Instant,
  runtime: Runtime,
): Sender<OutgoingRequest, Receipt> {
  const begunMs = runtime.monotonicMs();
  return {
    async send(outgoing) {
      if (runtime.monotonicMs() - begunMs > STALE_AFTER_MS) throw new StaleBatchError();
      if (runtime.now() >= leaseExpiresAt()) {
        throw new StateError('the lease on the state has expired; another worker may have taken over');
      }
      return next.send(outgoing);
    },
  };
}
