import { contestantNamed } from '../contestants.mjs';
import { measureContestant } from '../measure/measure-contestant.mjs';

/** A few traces a day over 2.7 years. */
const HISTORY = { traces: 2_652, first: '2023-04-01', days: 985 };

/** How long a long but thin history takes, and how many requests are sent for it. */
export async function sparseHistory(world, { report }) {
  report('sparse history');
  const sparse = { ...world, ...(await world.newDatabase('sparse', HISTORY)) };
  const { wallMs, cpuMs, databaseCpuMs, requests } = await measureContestant(contestantNamed('sluice'), sparse);
  return { events: sparse.events, days: HISTORY.days, wallMs, cpuMs, databaseCpuMs, requests };
}
