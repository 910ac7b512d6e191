import { TransientError, UnexpectedAnswerError } from '../../contracts/errors.js';
import type { Outcome, Receipt } from '../../contracts/receipt.js';
import type { RunContext } from '../pipeline.js';
import { isRetryable } from './retrying-sender.js';
import type { SendGate, GatePass } from './send-gate.js';
import type { OutgoingRequest, Sender } from './sender.js';

/** Waits at the gate before an attempt, and tells the gate what became of it. */
export function gatedSender(
  next: Sender<OutgoingRequest, Receipt>,
  { gate, signal }: { readonly gate: SendGate; readonly signal: AbortSignal },
  { logger, observe }: RunContext,
): Sender<OutgoingRequest, Receipt> {
  return {
    async send(outgoing) {
      const pass = await gate.enter(outgoing.events.length, signal);
      try {
        const receipt = await next.send(outgoing);
        pace(outgoing, receipt, pass);
        return receipt;
      } catch (error) {
        if (isRetryable(error)) slowDown(outgoing, error, pass);
        throw error;
      } finally {
        gate.leave();
      }
    },
  };

  function slowDown(
    { attempt, events }: OutgoingRequest,
    error: TransientError | UnexpectedAnswerError,
    pass: GatePass,
  ): void {
    const waitMs = Math.round(gate.failed(pass, error instanceof TransientError ? error.retryAfterMs : undefined));
    const fields = { attempt, waitMs, events: events.length, error: error.message };
    if (error instanceof UnexpectedAnswerError) logger.error(fields, 'the sink gave an unexpected answer; retrying');
    else logger.warn(fields, 'the sink did not take a request; retrying');
    observe({ kind: 'retry', peer: 'sink', attempt, waitMs, message: error.message });
  }

  /** A receipt that accepts only a part slows all requests down as well. */
  function pace({ attempt, events }: OutgoingRequest, { outcomes, retryAfterMs }: Receipt, pass: GatePass): void {
    const reasons = events.flatMap((_, index) => retryReason(outcomes[index]) ?? []);
    const [reason] = reasons;
    if (reason === undefined) {
      gate.succeeded();
      return;
    }
    const waitMs = Math.round(gate.failed(pass, retryAfterMs));
    const fields = { attempt, waitMs, events: events.length, again: reasons.length, reason };
    logger.warn(fields, 'the sink did not take every event of a request; retrying the others');
    observe({ kind: 'retry', peer: 'sink', attempt, waitMs, message: reason });
  }
}

/** Why an event is sent again; undefined when it is not. */
function retryReason(outcome: Outcome | undefined): string | undefined {
  if (outcome === undefined) return 'the answer does not mention it';
  return outcome.kind === 'retry' ? (outcome.reason ?? 'the sink asks for it') : undefined;
}
