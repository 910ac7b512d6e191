import type { Instant } from '@sluice/core/adapter';
import { keySums, type DigestRequest, type SourceDigest } from '@sluice/core/source';
import { hourOf } from '@sluice/core/state';
import type { MemoryRecord } from './memory-position.js';

/** The digests of records in memory. */
export function digestRecords(
  records: readonly MemoryRecord[],
  { from, until, handover, eventFrom = Number.NEGATIVE_INFINITY }: DigestRequest,
): readonly SourceDigest[] {
  const counted = records.filter(
    ({ createdAt, eventTime = createdAt }) =>
      createdAt >= from && createdAt < until && (createdAt >= handover || eventTime >= eventFrom),
  );
  const hours = new Map<Instant, string[]>();
  for (const { createdAt, key } of counted) {
    const hour = hourOf(createdAt);
    hours.set(hour, [...(hours.get(hour) ?? []), key]);
  }
  return [...hours]
    .map(([hour, keys]) => ({ hour, records: keys.length, sums: keySums(keys) }))
    .toSorted((a, b) => a.hour - b.hour);
}
