import {
  InvalidRequestError,
  RefusedError,
  TooLargeError,
  TransientError,
  UnexpectedAnswerError,
  type Instant,
  type SluiceError,
} from '@sluice/core';
import { isHtml, isRedirect, quoted, retryAfterMs, type PosthogAnswer } from './posthog-answer.js';

/** What an answer that is no success means, where both protocols mean the same by it. Pure. */
export function statusError(answer: PosthogAnswer, now: Instant): SluiceError {
  const { status } = answer;
  const said = `PostHog answered ${status} with ${quoted(answer)}`;
  if (isRedirect(answer)) {
    return new UnexpectedAnswerError(
      `the host redirects to ${originOf(answer.location)}: set host to where PostHog is`,
    );
  }
  switch (status) {
    case 400:
      // PostHog answers 400 in text or JSON; a page comes from something in front of it.
      if (isHtml(answer)) return new UnexpectedAnswerError(`${said}: is host right?`);
      // Older servers say it with a 400: https://github.com/PostHog/posthog, rust/capture
      if (/maximum event size exceeded/i.test(answer.body)) return new TooLargeError(said);
      return new InvalidRequestError(said);
    case 401:
      return new RefusedError('credentials', `${said}: use the project API key (phc_) of the project at this host`);
    case 402:
      return new RefusedError('quota', `${said}: the billing limit of the project is reached`);
    case 403:
      return new RefusedError('restricted', `${said}: something in front of PostHog forbids the request`);
    case 408:
    case 425:
    case 429:
      return new TransientError(said, { retryAfterMs: retryAfterMs(answer.retryAfter, now) });
    case 413:
      return new TooLargeError(said);
    case 415:
      return new UnexpectedAnswerError(`${said}: set gzip: false when a proxy does not pass compressed requests`);
    default:
      if (status >= 500) return new TransientError(said, { retryAfterMs: retryAfterMs(answer.retryAfter, now) });
      return new UnexpectedAnswerError(`${said}: is host right?`);
  }
}

function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : 'another address';
}
