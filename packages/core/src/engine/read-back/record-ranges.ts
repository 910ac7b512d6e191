import type { Binding } from '../../contracts/pipeline-state.js';
import { HOUR_MS } from '../../contracts/digest.js';
import type { Instant } from '../../contracts/value.js';
import { DAY_MS } from './destination-range.js';

/** Records by their own time, half-open. */
export interface RecordRange {
  readonly from: Instant;
  readonly until: Instant;
}

/**
 * The records whose events may have happened in a range, at most a day at a time. A mapping can give an event the time of
 * another record: that of a trace, for a score that came days later. So everything later is read too, and one hour before.
 */
export function recordRanges(
  range: RecordRange,
  readUntil: Instant,
  { eventFrom = Number.NEGATIVE_INFINITY }: Pick<Binding, 'eventFrom'>,
): readonly RecordRange[] {
  if (range.from >= range.until) return [];
  const before = Math.max(range.from - HOUR_MS, eventFrom);
  const ranges: RecordRange[] = before < range.from ? [{ from: before, until: range.from }] : [];
  for (let from = range.from; from < range.until; from += DAY_MS) {
    ranges.push({ from, until: Math.min(range.until, from + DAY_MS) });
  }
  // Not cut at the end: a repair that was interrupted finds its ranges again.
  for (let from = range.until; from < readUntil; from += DAY_MS) ranges.push({ from, until: from + DAY_MS });
  return ranges;
}

/** Those whose records may have an event at this time or later. */
export function rangesFor(ranges: readonly RecordRange[], time: Instant): readonly RecordRange[] {
  return ranges.filter(({ until }) => until > time - HOUR_MS);
}
