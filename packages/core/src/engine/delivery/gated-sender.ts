import { TransientError, UnexpectedAnswerError } from '../../contracts/errors.js';
import type { Outcome, Receipt } from '../../contracts/receipt.js';
import type { RunContext } from '../pipeline.js';
import { isRetryable } from './retrying-sender.js';
import type { SendGate } from './send-gate.js';
import type { OutgoingRequest, Sender } from './sender.js';

/** Waits at the gate before an attempt and tells the gate what became of it; anything not accepted slows down all requests. */
export function gatedSender(
  next: Sender<OutgoingRequest, Receipt>,
  gate: SendGate,
  signal: AbortSignal,
  { logger, observe }: RunContext,
): Sender<OutgoingRequest, Receipt> {
  return {
    async send(outgoing) {
      const { attempt, events } = outgoing;
      const pass = await gate.enter(events.length, signal);
      const slowDown = (message: string, retryAfterMs: number | undefined) => {
        const waitMs = Math.round(gate.failed(pass, retryAfterMs));
        observe({ kind: 'retry', peer: 'sink', attempt, waitMs, message });
        return { attempt, waitMs, events: events.length };
      };
      const share = () =>
        gate.shareBackOff().catch((error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          logger.warn({ error: reason }, 'the other workers could not be asked to wait for the sink');
        });
      try {
        const receipt = await next.send(outgoing);
        const reasons = retryReasons(receipt, events.length);
        const [reason] = reasons;
        if (reason === undefined) gate.succeeded();
        else {
          const fields = { ...slowDown(reason, receipt.retryAfterMs), again: reasons.length, reason };
          logger.warn(fields, 'the sink did not take every event of a request; retrying the rest');
          await share();
        }
        return receipt;
      } catch (error) {
        if (!isRetryable(error)) throw error;
        const retryAfterMs = error instanceof TransientError ? error.retryAfterMs : undefined;
        const fields = { ...slowDown(error.message, retryAfterMs), error: error.message };
        if (error instanceof UnexpectedAnswerError)
          logger.error(fields, 'the sink gave an unexpected answer; retrying');
        else logger.warn(fields, 'the sink did not take a request; retrying');
        if (error instanceof TransientError && error.isAnswer) await share();
        throw error;
      } finally {
        gate.leave();
      }
    },
  };
}

/** Why events are sent again, one for each. */
function retryReasons({ outcomes }: Receipt, events: number): readonly string[] {
  const reasons: string[] = [];
  for (let index = 0; index < events; index += 1) {
    const reason = retryReason(outcomes[index]);
    if (reason !== undefined) reasons.push(reason);
  }
  return reasons;
}

/** Why an event is sent again; undefined when it is not. */
function retryReason(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return 'the answer does not mention it';
  return outcome.kind === 'retry' ? (outcome.reason ?? 'the sink asks for it') : undefined;
}
