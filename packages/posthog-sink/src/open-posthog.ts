import { UnexpectedAnswerError, type AdapterContext, type CallOptions } from '@sluice/core/adapter';
import type { PosthogSinkConfig } from './config.js';
import type { Protocol } from './encode-event.js';
import type { PosthogApi } from './posthog-api.js';
import { keyFinding, keyRefused, probeAiRoute, probeKey, probeProtocol, protocolFinding } from './probe.js';

/** What a run needs of the host. */
export interface HostNeeds {
  readonly protocol: PosthogSinkConfig['protocol'];
  /** Whether the mapping makes AI events, of which some may be large. */
  readonly sendsAiEvents: boolean;
}

/** What encoding needs to know of the host. */
export interface SettledHost {
  readonly protocol: Protocol;
  /** The protocol of its route for large AI events; undefined without that route, or if the run makes no such events. */
  readonly aiRoute: Protocol | undefined;
}

/** Refuses a key that PostHog refuses, and settles the protocol. */
export async function openPosthog(
  api: PosthogApi,
  { protocol: wanted, sendsAiEvents }: HostNeeds,
  context: AdapterContext,
  { signal }: CallOptions,
): Promise<SettledHost> {
  const { logger, runtime } = context;
  const answer = await probeKey(api, signal);
  const finding = keyFinding(answer, runtime.now());
  if (finding === 'refused') throw keyRefused();
  if (finding === 'unknown') {
    logger.warn(
      { host: api.url, status: answer.status },
      'the host does not say whether it knows the project key: events of an unknown key would be lost without an error',
    );
  }
  const offered = wanted === 'v0' ? 'v0' : protocolFinding(await probeProtocol(api, context, signal), runtime.now());
  const aheadMs = api.clock.aheadOfMs(runtime.now());
  if (aheadMs !== 0) {
    logger.warn(
      { host: api.url, aheadSeconds: Math.round(aheadMs / 1000) },
      'the clocks of PostHog and of this machine differ; the age of events goes by that of PostHog',
    );
  }
  if (wanted === 'v1' && offered === 'v0') {
    throw new UnexpectedAnswerError('the host does not offer protocol v1: set protocol to auto or v0');
  }
  const aiRoute = sendsAiEvents ? await probeAiRoute(api, context, offered, signal) : undefined;
  if (sendsAiEvents && aiRoute === undefined) {
    logger.warn(
      { host: api.url },
      'the host has no route for large AI events: events that are too large for the ordinary route are shortened or rejected',
    );
  }
  logger.info({ host: api.url, protocol: offered }, 'PostHog is reachable');
  return { protocol: offered, aiRoute };
}
