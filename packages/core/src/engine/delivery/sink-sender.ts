import type { Receipt } from '../../contracts/receipt.js';
import type { RequestOutcome } from '../../contracts/observation.js';
import type { EncodedEvent, Sink } from '../../contracts/sink.js';
import type { RunContext } from '../pipeline.js';
import { bytesOf } from './halves.js';
import { outcomeOfError, outcomeOfReceipt } from './request-outcome.js';
import type { OutgoingRequest, Sender } from './sender.js';

/** Hands a request to the sink, and tells the observer what became of it. `onSend` is called before. */
export function sinkSender(
  sink: Sink,
  onSend: (events: readonly EncodedEvent[]) => void,
  { runtime, observe }: RunContext,
): Sender<OutgoingRequest, Receipt> {
  return {
    async send({ request, events, attempt }) {
      onSend(events);
      const bytes = bytesOf(events);
      const sentMs = runtime.monotonicMs();
      const tell = (outcome: RequestOutcome) => {
        const durationMs = runtime.monotonicMs() - sentMs;
        observe({ kind: 'request-ended', outcome, events: events.length, bytes, durationMs });
      };
      let receipt: Receipt;
      try {
        receipt = await sink.send(request, { attempt });
      } catch (error) {
        tell(outcomeOfError(error));
        throw error;
      }
      tell(outcomeOfReceipt(request, receipt));
      return receipt;
    },
  };
}
