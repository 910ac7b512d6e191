import type { AdapterContext } from '@sluice/core/adapter';
import type { ObjectStorageSinkConfig } from './config.js';

/**
 * Pure: the region of the options, else that of the environment; undefined if there is none. A store with an address of its
 * own mostly takes any.
 */
export function s3Region(
  { region, endpoint }: Pick<ObjectStorageSinkConfig, 'region' | 'endpoint'>,
  environment: AdapterContext['environment'],
): string | undefined {
  const named = [region, environment['AWS_REGION'], environment['AWS_DEFAULT_REGION']];
  return named.find((text) => text !== undefined && text !== '') ?? (endpoint === undefined ? undefined : 'us-east-1');
}
