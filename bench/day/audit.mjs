import { nextTime } from '@sluice/core/scheduler';

/**
 * Holds the ticks of one pipeline against its schedule: each scheduled time in `[from, until]` belongs to the first tick
 * at or after it.
 *
 * @param {{ schedule: object, ticks: readonly number[], from: number, until: number }} pipeline when its ticks began, in order
 * @returns how long each scheduled time waited for its tick; how many times shared a tick with a later one; times without a
 *   tick; ticks without a time; the longest time between two ticks
 */
export function auditPipeline({ schedule, ticks, from, until }) {
  const times = [];
  for (let time = nextTime(schedule, from - 1); time <= until; time = nextTime(schedule, time)) times.push(time);
  const waits = [];
  const extra = [];
  let merged = 0;
  let next = 0;
  for (const tick of ticks) {
    if (tick < from) continue;
    const first = next;
    while (next < times.length && times[next] <= tick) next += 1;
    if (next === first) extra.push(tick);
    else {
      waits.push(tick - times[first]);
      merged += next - first - 1;
    }
  }
  const period = Math.max(...times.map((time) => nextTime(schedule, time) - time), 0);
  const longest = Math.max(0, ...ticks.slice(1).map((tick, index) => (tick < from ? 0 : tick - ticks[index])));
  return { times: times.length, longest, ticks: waits.length, waits, merged, missed: times.slice(next), extra, period };
}

/** The value below which a share of the numbers lies. */
export function percentile(numbers, share) {
  const sorted = numbers.toSorted((first, second) => first - second);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
