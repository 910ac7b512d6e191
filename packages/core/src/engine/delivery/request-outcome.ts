import {
  InvalidRequestError,
  RefusedError,
  TooLargeError,
  TransientError,
  UnexpectedAnswerError,
} from '../../contracts/errors.js';
import type { RequestOutcome } from '../../contracts/observation.js';
import type { Receipt } from '../../contracts/receipt.js';
import type { SinkRequest } from '../../contracts/sink.js';

/** What became of a request that the sink answered. */
export function outcomeOfReceipt({ events }: SinkRequest, { outcomes }: Receipt): RequestOutcome {
  if (outcomes.some((outcome) => outcome?.kind === 'refused')) return 'refused';
  return events.every((_, index) => outcomes[index]?.kind === 'accepted') ? 'accepted' : 'partial';
}

/** What became of a request for which `send` threw. */
export function outcomeOfError(error: unknown): RequestOutcome {
  if (error instanceof TransientError) return 'transient';
  if (error instanceof UnexpectedAnswerError) return 'unexpected';
  if (error instanceof TooLargeError) return 'too-large';
  if (error instanceof InvalidRequestError) return 'invalid';
  return error instanceof RefusedError ? 'refused' : 'failed';
}
