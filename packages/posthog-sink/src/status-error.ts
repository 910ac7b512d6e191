import {
  RefusedError,
  TransientError,
  UnexpectedAnswerError,
  type Instant,
  type SluiceError,
} from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError } from '@sluice/core/sink';
import { isHtml, isRedirect, quoted, retryAfterMs, type PosthogAnswer } from './posthog-answer.js';
import { redirectError } from './redirect-error.js';

/** Pure: what an error status means on both protocols. */
export function statusError(answer: PosthogAnswer, now: Instant): SluiceError {
  const { status } = answer;
  const said = `PostHog answered ${status} with ${quoted(answer)}`;
  if (isRedirect(answer)) return redirectError(answer);
  switch (status) {
    case 400:
      // PostHog answers 400 in text or JSON: a page comes from a server in front of it.
      if (isHtml(answer)) return new UnexpectedAnswerError(`${said}: check host`);
      // Older servers answer 400 to an event that is too large: https://github.com/PostHog/posthog, rust/capture
      if (/maximum event size exceeded/i.test(answer.body)) return new TooLargeError(said);
      return new InvalidRequestError(said);
    case 401:
      return new RefusedError('credentials', `${said}: use the project API key (phc_) of the project at this host`);
    case 402:
      return new RefusedError('quota', `${said}: the billing limit of the project is reached`);
    case 403:
      return new RefusedError('restricted', `${said}: a server in front of PostHog refuses the request`);
    case 408:
    case 425:
    case 429:
      return new TransientError(said, { retryAfterMs: retryAfterMs(answer, now) });
    case 413:
      return new TooLargeError(said);
    case 415:
      return new UnexpectedAnswerError(`${said}: set gzip: false if a proxy blocks compressed requests`);
    default:
      if (status >= 500) return new TransientError(said, { retryAfterMs: retryAfterMs(answer, now) });
      return new UnexpectedAnswerError(`${said}: check host`);
  }
}
