import type { StreamMapper } from '../../contracts/mapper.js';
import type { Source } from '../../contracts/source.js';
import type { Instant } from '../../contracts/value.js';

/**
 * The keys of the records created before `exportedUntil` that changed since, or take values from what changed since: as far
 * back as the pipeline looks for changes.
 */
export async function pendingChanges(
  { stream, fields }: StreamMapper,
  exportedUntil: Instant,
  { source, revisitMs, signal }: { readonly source: Source; readonly revisitMs: number; readonly signal: AbortSignal },
): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  if (revisitMs === 0) return keys;
  const range = { from: exportedUntil, until: exportedUntil + 1, revisitMs };
  const window = { stream, axis: 'change', ...range, olderOnly: true } as const;
  for await (const page of source.read({ window, fields }, { signal })) for (const key of page.keys) keys.add(key);
  return keys;
}
