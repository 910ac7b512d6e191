import { setTimeout as sleep } from 'node:timers/promises';
import { insertRows, refreshStatistics } from '../../data/fill-langfuse.mjs';
import { median } from '../median.mjs';
import { measureProgram } from '../measure/measure-program.mjs';
import { sluiceCommand } from '../sluice-command.mjs';

const ROUNDS = 3;
const DAY_MS = 86_400_000;
/** The shipped pipeline exports what has rested for half an hour: what was created in one second then is due now. */
const SETTLE_MS = 30 * 60_000;
const HOUR_MS = 1_000;
/** So long after the time of a trace, the last of its rows is created and none changes any more. */
const LATEST_ROW_MS = 6_000;

/**
 * An hourly run with the same number of new rows, 1 % of the large table, on that table and on one of a tenth of its
 * size. Both have a last day of 24 such hours, which a run looks through for changes.
 */
export async function hourlyRun(world, { report }) {
  const small = await world.newDatabase('hourly', { traces: Math.round(world.traces / 10) });
  const hourTraces = Math.max(3, Math.round(world.traces / 300) * 3);
  report('hourly runs: the last day');
  const followers = [await followFromNow({ ...world, ...small }, hourTraces), await followFromNow(world, hourTraces)];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      report(`hourly run ${round + 1} of ${ROUNDS}, on a table and on one of ten times the size`);
      for (const follower of followers) await follower.insertHour();
      await sleep(HOUR_MS + LATEST_ROW_MS);
      for (const follower of followers) await follower.run();
    }
  } finally {
    for (const { remove } of followers) remove();
  }
  const [once, tenfold] = followers.map(({ events, runs }) => ({
    events,
    delivered: median(runs.map(({ distinct }) => distinct)),
    databaseMs: median(runs.map(({ databaseActiveMs }) => databaseActiveMs)),
    databaseCpuMs: median(runs.map(({ databaseCpuMs }) => databaseCpuMs)),
  }));
  return { once, tenfold, ratio: tenfold.databaseMs / once.databaseMs };
}

/** A pipeline that follows a database from now on. Its new traces have numbers that the history does not have. */
async function followFromNow(world, hourTraces) {
  const command = sluiceCommand({ start: 'now' });
  let nextTrace = 3_000_000_000;
  const insert = async (traces, firstMs, spanMs) => {
    const first = new Date(firstMs).toISOString().slice(0, -1);
    await insertRows(world.databaseUrl, { from: nextTrace, until: nextTrace + traces, first, stepMs: spanMs / traces });
    nextTrace += traces;
  };
  await insert(24 * hourTraces, Date.now() - SETTLE_MS - DAY_MS, DAY_MS - LATEST_ROW_MS);
  await refreshStatistics(world.databaseUrl);
  await measureProgram(command, world);
  const runs = [];
  return {
    events: world.events,
    runs,
    insertHour: () => insert(hourTraces, Date.now() - SETTLE_MS, HOUR_MS),
    run: async () => {
      runs.push(await measureProgram(command, world));
    },
    remove: command.remove,
  };
}
