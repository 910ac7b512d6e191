import { median } from './median.mjs';

/** Less cannot be told from the noise of a start. */
const LEAST_MS = 20;

/**
 * The figures of one contestant in each round, without its start: what it cost, in the median, on an empty database.
 * Undefined where there was too little to measure.
 *
 * @param {Record<string, { start: object, run: object }>[]} rounds
 */
function figuresOf(rounds, name, events) {
  const measured = rounds.map((round) => round[name]);
  const startOf = (figure) => median(measured.map(({ start }) => start[figure]));
  return measured.map(({ run }) => {
    // Per event that arrived; a contestant that only reads delivers none.
    const count = run.events === 0 ? events : run.events;
    const perEventUs = (figure) => {
      const ms = run[figure] - startOf(figure);
      return ms < LEAST_MS ? undefined : (ms * 1000) / count;
    };
    const wallUs = perEventUs('wallMs');
    return {
      eventsPerSecond: wallUs === undefined ? undefined : 1e6 / wallUs,
      nodeCpuUs: perEventUs('cpuMs'),
      databaseCpuUs: perEventUs('databaseCpuMs'),
      peakRssMb: run.peakRssBytes / 1e6,
      requests: run.requests,
      wireMb: run.wireBytes / 1e6,
      bodyMb: run.bodyBytes / 1e6,
      mostInFlight: run.mostInFlight,
      delivered: run.distinct,
      wallMs: run.wallMs,
      startMs: startOf('wallMs'),
      startCpuMs: startOf('cpuMs'),
    };
  });
}

/** The median of each figure over the rounds, in the order of the contestants. */
export function summarise(contestants, rounds, events) {
  return contestants.map(({ name, label, delivers }) => ({ name, label, delivers, ...medianOf(rounds, name, events) }));
}

export function medianOf(rounds, name, events) {
  const each = figuresOf(rounds, name, events);
  const medians = Object.keys(each[0]).map((figure) => [figure, median(each.map((one) => one[figure]))]);
  return Object.fromEntries(medians);
}

/** The median over the rounds of the ratio of a figure of two contestants; undefined if one of them did not run. */
export function ratioOf(rounds, events, figure, above, below) {
  if (rounds[0]?.[above] === undefined || rounds[0][below] === undefined) return undefined;
  const [upper, lower] = [above, below].map((name) => figuresOf(rounds, name, events));
  return median(upper.map((figures, round) => figures[figure] / lower[round][figure]).filter(Number.isFinite));
}
