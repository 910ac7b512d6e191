import { measureContestant } from './measure/measure-contestant.mjs';

/**
 * Every contestant once per round, each round in another order.
 *
 * @returns {Promise<Record<string, { start: object, run: object }>[]>} the measured figures per round, by contestant
 */
export async function runRounds({ contestants, rounds }, world, report) {
  const measured = [];
  for (let round = 0; round < rounds; round += 1) {
    const shift = Math.round((round * contestants.length) / rounds);
    const inOrder = [...contestants.slice(shift), ...contestants.slice(0, shift)];
    const figures = {};
    for (const contestant of inOrder) {
      report(`round ${round + 1} of ${rounds}: ${contestant.label}`);
      figures[contestant.name] = await measureWithStart(contestant, world);
    }
    measured.push(figures);
  }
  return measured;
}

/** On an empty database, and on the data. What a contestant costs on the empty database is its start. */
export async function measureWithStart(contestant, world) {
  const start = await measureContestant(contestant, { ...world, databaseUrl: world.emptyUrl, events: 0 });
  const run = await measureContestant(contestant, world);
  return { start, run };
}
