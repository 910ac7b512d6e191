import {
  InvalidRequestError,
  RefusedError,
  TooLargeError,
  TransientError,
  UnexpectedAnswerError,
} from '../../contracts/errors.js';
import type { RequestOutcome } from '../../contracts/observation.js';
import type { Receipt } from '../../contracts/receipt.js';
import type { EncodedEvent, Sink, SinkRequest } from '../../contracts/sink.js';
import type { Instant } from '../../contracts/value.js';
import type { RunContext } from '../pipeline.js';
import { bytesOf } from './halves.js';
import type { OutgoingRequest, Sender } from './sender.js';
import { whileLeased } from './while-leased.js';

export interface SinkSenderOptions {
  /** Called before a request. */
  readonly onSend: (events: readonly EncodedEvent[]) => void;
  /** A request that is still on its way then is cut. */
  readonly leaseExpiresAt: () => Instant;
}

/** Hands a request to the sink, and tells the observer what became of it. */
export function sinkSender(
  sink: Sink,
  { onSend, leaseExpiresAt }: SinkSenderOptions,
  { runtime, observe }: RunContext,
): Sender<OutgoingRequest, Receipt> {
  return {
    async send({ request, events, attempt }) {
      onSend(events);
      const sentMs = runtime.monotonicMs();
      let outcome: RequestOutcome = 'failed';
      try {
        const receipt = await whileLeased(leaseExpiresAt, runtime, (options) =>
          sink.send(request, { ...options, attempt }),
        );
        outcome = outcomeOfReceipt(request, receipt);
        return receipt;
      } catch (error) {
        outcome = outcomeOfError(error);
        throw error;
      } finally {
        const durationMs = runtime.monotonicMs() - sentMs;
        observe({ kind: 'request-ended', outcome, events: events.length, bytes: bytesOf(events), durationMs });
      }
    },
  };
}

/** What became of a request that the sink answered. */
function outcomeOfReceipt({ events }: SinkRequest, { outcomes }: Receipt): RequestOutcome {
  if (outcomes.some((outcome) => outcome?.kind === 'refused')) return 'refused';
  return events.every((_, index) => outcomes[index]?.kind === 'accepted') ? 'accepted' : 'partial';
}

/** What became of a request for which `send` threw. */
function outcomeOfError(error: unknown): RequestOutcome {
  if (error instanceof TransientError) return 'transient';
  if (error instanceof UnexpectedAnswerError) return 'unexpected';
  if (error instanceof TooLargeError) return 'too-large';
  if (error instanceof InvalidRequestError) return 'invalid';
  return error instanceof RefusedError ? 'refused' : 'failed';
}
