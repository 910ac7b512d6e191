import { UnexpectedAnswerError, type AdapterContext, type CallOptions } from '@sluice/core/adapter';
import type { PosthogSinkConfig } from './config.js';
import type { Protocol } from './encode-event.js';
import type { PosthogApi } from './posthog-api.js';
import { keyFinding, keyRefused, probeKey, probeProtocol, protocolFinding } from './probe.js';

/** Refuses a key that PostHog refuses, and settles the protocol. */
export async function openPosthog(
  api: PosthogApi,
  { protocol: wanted }: PosthogSinkConfig,
  context: AdapterContext,
  { signal }: CallOptions,
): Promise<Protocol> {
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
  logger.info({ host: api.url, protocol: offered }, 'PostHog is reachable');
  return offered;
}
