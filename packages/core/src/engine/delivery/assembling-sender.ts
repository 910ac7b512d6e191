import type { Runtime } from '../../contracts/runtime.js';
import type { Sink } from '../../contracts/sink.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';

/** Assembles the events into requests, which it sends one after another. */
export function assemblingSender(
  next: Sender<OutgoingRequest>,
  { sink, backfill }: { readonly sink: Sink; readonly backfill: boolean },
  { now }: Pick<Runtime, 'now'>,
): Sender<OutgoingEvents> {
  return {
    async send(outgoing) {
      const { requests, rejected } = sink.assemble(outgoing.events, { now: now(), backfill });
      for (const { event, rejection } of rejected) outgoing.settle(event, rejection);
      for (const request of requests) await next.send({ ...outgoing, events: request.events, request });
    },
  };
}
