import {
  RefusedError,
  TransientError,
  UnexpectedAnswerError,
  type Instant,
  type SluiceError,
} from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type Refusal } from '@sluice/core/sink';
import { isHtml, isRedirect, quoted, retryAfterMs, type HttpAnswer } from './http-answer.js';
import type { HttpPeer } from './http-peer.js';
import { redirectError } from './redirect-error.js';

/**
 * What an error status means, and so what the engine does:
 *
 * - a refusal (`credentials`, `quota`, `restricted`): it pauses and keeps its place.
 * - `retry`: it sends the same again later, not before `Retry-After`.
 * - `too-large`: it splits the request.
 * - `invalid`: it bisects the request. A page of HTML comes from another server, and is `unexpected`.
 * - `unexpected`: this is not the intended destination. A run does not start; later it retries and logs each failure.
 */
export interface StatusMeaning {
  readonly means: Refusal | 'retry' | 'too-large' | 'invalid' | 'unexpected';
  /** What to do about it, for the end of the message. */
  readonly advice?: string;
}

/** By status. A function decides by the rest of the answer; where it returns undefined, the default holds. */
export type StatusTable = Readonly<Record<number, StatusMeaning | ((answer: HttpAnswer) => StatusMeaning | undefined)>>;

/** What statuses mean unless an adapter says otherwise: 5xx is `retry`, and any other one `unexpected`. */
export const DEFAULT_STATUSES: StatusTable = {
  400: { means: 'invalid' },
  401: { means: 'credentials', advice: 'check the credentials' },
  402: { means: 'quota', advice: 'the limit of the account is reached' },
  403: { means: 'restricted', advice: 'check what the credentials permit' },
  408: { means: 'retry' },
  413: { means: 'too-large' },
  422: { means: 'invalid' },
  425: { means: 'retry' },
  429: { means: 'retry' },
};

/** Pure: the error of the contracts for an answer that is not a success. */
export function statusError(
  answer: HttpAnswer,
  now: Instant,
  { peer, statuses = {} }: { readonly peer: HttpPeer; readonly statuses?: StatusTable },
): SluiceError {
  if (isRedirect(answer)) return redirectError(answer, peer);
  const said = `${peer.name} answered ${answer.status} with ${quoted(answer)}`;
  const fallback = `check ${peer.addressOption}`;
  const { means, advice } = meaningOf(answer, statuses);
  const message = advice === undefined ? said : `${said}: ${advice}`;
  switch (means) {
    case 'retry':
      return new TransientError(message, { retryAfterMs: retryAfterMs(answer, now), isAnswer: true });
    case 'too-large':
      return new TooLargeError(message);
    case 'invalid':
      return isHtml(answer) ? new UnexpectedAnswerError(`${said}: ${fallback}`) : new InvalidRequestError(message);
    case 'unexpected':
      return new UnexpectedAnswerError(`${said}: ${advice ?? fallback}`);
    case 'credentials':
    case 'quota':
    case 'restricted':
    default:
      return new RefusedError(means, message);
  }
}

function meaningOf(answer: HttpAnswer, statuses: StatusTable): StatusMeaning {
  for (const table of [statuses, DEFAULT_STATUSES]) {
    const entry = table[answer.status];
    const meaning = typeof entry === 'function' ? entry(answer) : entry;
    if (meaning !== undefined) return meaning;
  }
  return { means: answer.status >= 500 ? 'retry' : 'unexpected' };
}
