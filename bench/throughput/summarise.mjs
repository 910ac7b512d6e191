import { median } from './median.mjs';

/** The figures of one contestant in one round, without its start. */
export function figuresOf({ start, run }, events) {
  const perEventUs = (figure) => Math.max(0, ((run[figure] - start[figure]) * 1000) / events);
  return {
    eventsPerSecond: (events * 1000) / Math.max(1, run.wallMs - start.wallMs),
    nodeCpuUs: perEventUs('cpuMs'),
    databaseCpuUs: perEventUs('databaseCpuMs'),
    peakRssMb: run.peakRssBytes / 1e6,
    requests: run.requests,
    wireMb: run.wireBytes / 1e6,
    bodyMb: run.bodyBytes / 1e6,
    mostInFlight: run.mostInFlight,
    delivered: run.distinct,
    wallMs: run.wallMs,
    startMs: start.wallMs,
    startCpuMs: start.cpuMs,
  };
}

/** The median of each figure over the rounds, in the order of the contestants. */
export function summarise(contestants, rounds, events) {
  return contestants.map(({ name, label, delivers }) => {
    const each = rounds.map((round) => figuresOf(round[name], events));
    const medians = Object.keys(each[0]).map((figure) => [figure, median(each.map((one) => one[figure]))]);
    return { name, label, delivers, ...Object.fromEntries(medians) };
  });
}

/** The median over the rounds of the ratio of a figure of two contestants; undefined if one of them did not run. */
export function ratioOf(rounds, events, figure, above, below) {
  if (rounds[0]?.[above] === undefined || rounds[0][below] === undefined) return undefined;
  const ratios = rounds.map(
    (round) => figuresOf(round[above], events)[figure] / figuresOf(round[below], events)[figure],
  );
  return median(ratios.filter(Number.isFinite));
}
