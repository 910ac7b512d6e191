import { addCounts, NO_COUNTS, type Counts } from '@sluice/core/state';
import { integer } from './table.js';

/** Why events went again, over all streams: `sent again: 12 changed, 3 derived`; undefined when none did. */
export function repeatsText(streams: readonly Counts[]): string | undefined {
  const { repeats } = streams.reduce(addCounts, NO_COUNTS);
  const reasons = Object.entries(repeats).filter(([, count]) => count > 0);
  if (reasons.length === 0) return undefined;
  return `sent again: ${reasons.map(([reason, count]) => `${integer(count)} ${reason}`).join(', ')}`;
}
