import type { Assembly, AssemblyContext, EncodedEvent } from '../../contracts/sink.js';
import { bisectingSender } from './bisecting-sender.js';
import { checkingSender } from './checking-sender.js';
import type { DeliveryParts } from './delivery-line.js';
import { gatedSender } from './gated-sender.js';
import { retryingSender } from './retrying-sender.js';
import type { OutgoingEvents, Sender } from './sender.js';
import { sinkSender } from './sink-sender.js';
import { splittingSender } from './splitting-sender.js';

export interface BatchOptions
  extends Pick<OutgoingEvents, 'settle'>, Pick<AssemblyContext, 'stream' | 'window' | 'backfill'> {
  /** Called before every attempt. */
  readonly onSend: (events: readonly EncodedEvent[]) => void;
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
  { pipeline, line, context, signal }: DeliveryParts,
  { stream, window, backfill, settle, onSend }: BatchOptions,
): Promise<void> {
  const { sink, clock, gate, ceiling, ledger } = line;
  const { runtime, logger } = context;
  const assembling: Sender<OutgoingEvents> = {
    async send(outgoing) {
      const { requests, rejected } = sink.assemble(outgoing.events, {
        now: clock.now(),
        backfill,
        pipeline: pipeline.branch?.pipeline ?? pipeline.name,
        stream,
        window,
      });
      assertWhole({ requests, rejected }, outgoing.events);
      const left = { ...outgoing, settle: settleBehind(rejected, outgoing) };
      for (const request of requests) await bisecting.send({ ...left, events: request.events, request });
    },
  };
  const leaseExpiresAt = () => ledger.leaseExpiresAt;
  const checking = checkingSender(sinkSender(sink, { onSend, leaseExpiresAt }, context), leaseExpiresAt, runtime);
  const retrying = retryingSender(gatedSender(checking, gate, signal, context), assembling);
  const lowerCeiling = (bytes: number) =>
    ceiling.lower(bytes).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error);
      logger.warn({ error: reason }, 'the other workers could not be told how large a request may be');
    });
  const splitting = splittingSender(retrying, assembling, lowerCeiling);
  const bisecting = bisectingSender(splitting, assembling, () => ledger.hasAccepted);
  await assembling.send({ events, attempt: 1, settle });
}

/**
 * Settles the rejected events once all others of the batch are settled, which the result does. Many batches are assembled
 * before the first is answered: settled at once, their rejected events would be too large a share of all outcomes.
 */
function settleBehind(
  rejected: Assembly['rejected'],
  { events, settle }: Pick<OutgoingEvents, 'events' | 'settle'>,
): OutgoingEvents['settle'] {
  let others = events.length - rejected.length;
  const settleRejected = () => {
    if (others === 0) for (const { event, rejection } of rejected) settle(event, rejection);
  };
  settleRejected();
  return (event, outcome) => {
    settle(event, outcome);
    others -= 1;
    settleRejected();
  };
}

/** What is in no request would never be sent. An event that is in two is noticed when its second outcome comes. */
function assertWhole({ requests, rejected }: Assembly, { length }: readonly EncodedEvent[]): void {
  const assembled = requests.reduce((sum, { events }) => sum + events.length, rejected.length);
  if (assembled === length) return;
  throw new Error(
    `the sink assembled ${assembled} of ${length} events → put each event into one request or among the rejected ones`,
  );
}
