import { ConfigError } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';

/**
 * The record that a key or an address of the source's pages names, and the streams that may have it: a generation is
 * among all observations too. Throws `ConfigError` for any other address.
 */
export function recordOf(
  keyOrAddress: string | undefined,
  { type, recordAt, streams }: Pick<SourceDefinition, 'type' | 'recordAt' | 'streams'>,
): { readonly streams?: readonly string[]; readonly key?: string } {
  if (keyOrAddress === undefined) return {};
  if (!/^https?:\/\//iu.test(keyOrAddress) || !URL.canParse(keyOrAddress)) return { key: keyOrAddress };
  const record = recordAt?.(new URL(keyOrAddress));
  if (record !== undefined) {
    const { contains = [] } = streams.find(({ name }) => name === record.stream) ?? {};
    return { key: record.key, streams: [record.stream, ...contains] };
  }
  throw new ConfigError([], `${keyOrAddress} is not the address of a record of ${type}; pass the record's key`);
}
