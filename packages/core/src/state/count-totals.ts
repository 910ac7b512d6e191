import { addCounts, NO_COUNTS, type Counts } from '../contracts/counts.js';
import type { DayCounts, PipelineState } from '../contracts/pipeline-state.js';
import type { Instant } from '../contracts/value.js';

const KEPT_DAYS = 31;

type StreamCounts = Readonly<Record<string, Counts>>;

/** The counts of one stream; `NO_COUNTS` when nothing of it was ever counted. */
export function countsOfStream(streams: StreamCounts, stream: string): Counts {
  return (Object.hasOwn(streams, stream) ? streams[stream] : undefined) ?? NO_COUNTS;
}

/** The totals and the days after these counts of a stream. */
export function countTotals(
  { totals, days }: PipelineState,
  stream: string,
  counts: Counts,
  at: Instant,
): Pick<PipelineState, 'totals' | 'days'> {
  const added = (to: StreamCounts): StreamCounts => ({
    ...to,
    [stream]: addCounts(countsOfStream(to, stream), counts),
  });
  const day = dayOf(at);
  const today: DayCounts = { day, streams: added(days.find((each) => each.day === day)?.streams ?? {}) };
  const others = days.filter((each) => each.day !== day);
  return {
    totals: added(totals),
    days: [...others, today].toSorted((a, b) => (a.day < b.day ? -1 : 1)).slice(-KEPT_DAYS),
  };
}

/** The day in UTC: `2026-03-09`. */
export function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
