import type { EncodedEvent } from '../../contracts/sink.js';
import type { RunContext } from '../pipeline.js';
import { assemblingSender } from './assembling-sender.js';
import { bisectingSender } from './bisecting-sender.js';
import { checkingSender } from './checking-sender.js';
import type { DeliveryLine } from './delivery-line.js';
import type { Settle } from './final-outcome.js';
import { gatedSender } from './gated-sender.js';
import { retryingSender } from './retrying-sender.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';
import { sinkSender } from './sink-sender.js';
import { splittingSender } from './splitting-sender.js';

export interface BatchOptions {
  /** Whether the events come from a window that backfills history. */
  readonly backfill: boolean;
  readonly settle: Settle;
  /** Called before every attempt. */
  readonly onSend: (events: readonly EncodedEvent[]) => void;
  /** Ends the waiting; a request in flight is still finished. */
  readonly signal: AbortSignal;
}

/**
 * Delivers one batch. Resolves when every event has a final outcome; rejects with what stops the pipeline, or with
 * `StaleBatchError`.
 *
 *     assemble → bisect → split → retry → gate → check → sink
 *         ↑_________|________|_______|   (parts of a request are assembled again)
 */
export async function deliverBatch(
  events: readonly EncodedEvent[],
  { sink, gate, ceiling, ledger }: DeliveryLine,
  { backfill, settle, onSend, signal }: BatchOptions,
  context: RunContext,
): Promise<void> {
  const again: Sender<OutgoingEvents> = { send: (outgoing) => batch.send(outgoing) };
  const attempt = gatedSender(
    checkingSender(sinkSender(sink, onSend, context), () => ledger.leaseExpiresAt, context.runtime),
    { gate, signal },
    context,
  );
  const request: Sender<OutgoingRequest> = bisectingSender(
    splittingSender(retryingSender(attempt, again), again, (bytes) => ceiling.lower(bytes)),
    again,
    () => ledger.hasAccepted,
  );
  const batch = assemblingSender(request, { sink, backfill }, context.runtime);
  await batch.send({ events, attempt: 1, settle });
}
