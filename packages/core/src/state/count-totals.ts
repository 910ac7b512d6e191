import { addCounts, NO_COUNTS, type Counts } from '../contracts/counts.js';
import type { DayCounts, PipelineState } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';

const KEPT_DAYS = 31;

/** The totals of a stream and of a day, with what was counted now. */
export function countTotals(
  state: PipelineState,
  stream: string,
  counts: Counts,
  at: Instant,
): Pick<PipelineState, 'totals' | 'days'> {
  const total = Object.hasOwn(state.totals, stream) ? state.totals[stream] : undefined;
  return {
    totals: { ...state.totals, [stream]: addCounts(total ?? NO_COUNTS, counts) },
    days: countDay(state.days, new Date(at).toISOString().slice(0, 10), counts),
  };
}

function countDay(days: readonly DayCounts[], day: string, counts: Counts): readonly DayCounts[] {
  const known = days.find((each) => each.day === day);
  const counted = { day, counts: addCounts(known?.counts ?? NO_COUNTS, counts) };
  const others = days.filter((each) => each.day !== day);
  return [...others, counted].toSorted((a, b) => (a.day < b.day ? -1 : 1)).slice(-KEPT_DAYS);
}
