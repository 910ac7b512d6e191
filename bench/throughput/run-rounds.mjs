import { measureContestant } from './measure/measure-contestant.mjs';

/**
 * Every contestant once per round, on an empty database and on the data, each round in another order. What it costs on
 * the empty database is its start.
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
      const start = await measureContestant(contestant, { ...world, databaseUrl: world.emptyUrl, events: 0 });
      const run = await measureContestant(contestant, world);
      figures[contestant.name] = { start, run };
    }
    measured.push(figures);
  }
  return measured;
}
