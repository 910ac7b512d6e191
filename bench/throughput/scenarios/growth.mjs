import { contestantNamed } from '../contestants.mjs';
import { measureWithStart } from '../run-rounds.mjs';
import { medianOf } from '../summarise.mjs';

/** A trace makes thirteen thirds of an event. */
const tracesFor = (events) => Math.round((events * 3) / 13);
const SIZES = {
  small: ({ traces }) => [traces / 10, traces / 3].map(Math.round),
  full: () => [10_000, 100_000, 5_000_000].map(tracesFor),
};

/**
 * Throughput and memory over size: smaller and larger databases than that of the rounds, and that one.
 *
 * @returns {Promise<Record<string, object[]>>} figures by contestant, from the smallest size to the largest
 */
export async function growth(world, { mode, summary, report }) {
  const found = {};
  for (const name of ['sluice', 'idiomatic']) {
    const known = summary.find((contestant) => contestant.name === name);
    found[name] = known === undefined ? [] : [{ events: world.events, ...known }];
  }
  for (const traces of SIZES[mode](world)) {
    const sized = { ...world, ...(await world.newDatabase(`growth_${traces}`, { traces })) };
    for (const name of Object.keys(found)) {
      report(`growth: ${sized.events.toLocaleString('en-US')} events, ${name}`);
      const round = { [name]: await measureWithStart(contestantNamed(name), sized) };
      found[name].push({ events: sized.events, ...medianOf([round], name, sized.events) });
    }
  }
  const bySize = (points) => points.toSorted((first, second) => first.events - second.events);
  return Object.fromEntries(Object.entries(found).map(([name, points]) => [name, bySize(points)]));
}
