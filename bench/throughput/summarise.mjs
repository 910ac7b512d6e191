import { median } from './median.mjs';

/** The figures of one contestant in one round, without its start. */
function figuresOf({ start, run }, events) {
  const perEventUs = (figure) => Math.max(0, ((run[figure] - start[figure]) * 1000) / events);
  return {
    eventsPerSecond: (events * 1000) / Math.max(1, run.wallMs - start.wallMs),
    nodeCpuUs: perEventUs('cpuMs'),
    databaseCpuUs: perEventUs('databaseCpuMs'),
    peakRssMb: run.peakRssBytes / 1e6,
    startCpuMs: start.cpuMs,
    wallMs: run.wallMs,
    requests: run.requests,
    wireMb: run.wireBytes / 1e6,
    bodyMb: run.bodyBytes / 1e6,
    mostInFlight: run.mostInFlight,
    delivered: run.distinct,
  };
}

/** The median of each figure over the rounds, by contestant. */
export function summarise(rounds, events) {
  const names = Object.keys(rounds[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const each = rounds.map((round) => figuresOf(round[name], events));
      const figures = Object.keys(each[0]).map((figure) => [figure, median(each.map((one) => one[figure]))]);
      return [name, Object.fromEntries(figures)];
    }),
  );
}

/** The median over the rounds of the ratio of a figure of two contestants; undefined if one of them did not run. */
export function ratioOf(rounds, events, figure, above, below) {
  if (rounds[0]?.[above] === undefined || rounds[0][below] === undefined) return undefined;
  const ratios = rounds.map(
    (round) => figuresOf(round[above], events)[figure] / figuresOf(round[below], events)[figure],
  );
  return median(ratios.filter(Number.isFinite));
}
