import { UnexpectedAnswerError, type AdapterContext, type CallOptions } from '@sluice/core';
import type { PosthogSinkConfig } from './config.js';
import type { Protocol } from './encode-event.js';
import type { PosthogProject } from './posthog-project.js';
import { keyFinding, keyRefused, probeKey, protocolFinding } from './probe.js';

/** Refuses a key that PostHog refuses, and settles the protocol. */
export async function openPosthog(
  project: PosthogProject,
  { protocol: wanted }: PosthogSinkConfig,
  { logger, runtime }: AdapterContext,
  { signal }: CallOptions,
): Promise<Protocol> {
  const answer = await probeKey(project, signal);
  const finding = keyFinding(answer, runtime.now());
  if (finding === 'refused') throw keyRefused();
  if (finding === 'unknown') {
    logger.warn(
      { host: project.url, status: answer.status },
      'the host does not say whether it knows the project key: events of an unknown key would be lost without an error',
    );
  }
  const offered = wanted === 'v0' ? 'v0' : protocolFinding(await project.emptyBatch(signal), runtime.now());
  if (wanted === 'v1' && offered === 'v0') {
    throw new UnexpectedAnswerError('the host does not offer protocol v1: set protocol to auto or v0');
  }
  logger.info({ host: project.url, protocol: offered }, 'PostHog is reachable');
  return offered;
}
