import { ConfigError } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';

/** The record that a key or an address of the source's pages names. Throws `ConfigError` for any other address. */
export function recordOf(
  keyOrAddress: string | undefined,
  { type, recordAt }: Pick<SourceDefinition, 'type' | 'recordAt'>,
): { readonly stream?: string; readonly key?: string } {
  if (keyOrAddress === undefined) return {};
  if (!/^https?:\/\//iu.test(keyOrAddress) || !URL.canParse(keyOrAddress)) return { key: keyOrAddress };
  const record = recordAt?.(new URL(keyOrAddress));
  if (record !== undefined) return record;
  throw new ConfigError([], `${keyOrAddress} is not the address of a record of ${type}; pass the record's key`);
}
