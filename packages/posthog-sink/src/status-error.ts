import { statusError as errorOfStatus, type HttpAnswer, type HttpPeer, type StatusTable } from '@sluice/adapter-kit';
import type { Instant, SluiceError } from '@sluice/core/adapter';

export const POSTHOG: HttpPeer = { name: 'PostHog', addressOption: 'host', insecureOption: 'allowInsecure' };

/** What differs on both protocols from what statuses mean elsewhere. */
const STATUSES: StatusTable = {
  // Older servers answer 400 to an event that is too large: https://github.com/PostHog/posthog, rust/capture
  400: ({ body }) => ({ means: /maximum event size exceeded/i.test(body) ? 'too-large' : 'invalid' }),
  401: { means: 'credentials', advice: 'use the project API key (phc_) of the project at this host' },
  402: { means: 'quota', advice: 'the billing limit of the project is reached' },
  403: { means: 'restricted', advice: 'a server in front of PostHog refuses the request' },
  415: { means: 'unexpected', advice: 'set gzip: false if a proxy blocks compressed requests' },
  // PostHog names no event with it.
  422: { means: 'unexpected' },
};

/** Pure: what an error status means on both protocols. */
export function statusError(answer: HttpAnswer, now: Instant): SluiceError {
  return errorOfStatus(answer, now, { peer: POSTHOG, statuses: STATUSES });
}
