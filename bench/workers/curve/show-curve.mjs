import { machineOf } from '../../throughput/machine.mjs';
import { median } from '../../throughput/median.mjs';
import { openWorld } from '../../throughput/open-world.mjs';
import { saveResult } from '../../throughput/saved-result.mjs';
import { curveTable } from './curve-table.mjs';
import { measureWorkers } from './measure-workers.mjs';

/** Small requests, so that the latency is the limit and no processor: a worker makes 40 a second, of 25 events each. */
const DELIVERY = { latency: '{ maxEvents: 25, maxInFlight: 2 }' };

/**
 * The throughput of one worker and of several, in interleaved rounds.
 *
 * @returns {Promise<string[]>} what was wrong: measuring alone finds nothing
 */
export async function showCurve({ show, traces, workers, rounds, latencyMs, save }, { report, onClose }) {
  report(`making ${traces.toLocaleString('en-US')} traces`);
  const world = await openWorld({ traces });
  onClose(world.close);
  const measured = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const count of workers) {
      const stateUrl = await world.newState(`state_${round}_${count}`);
      const figures = await measureWorkers(count, {
        world,
        delivery: DELIVERY[show],
        conditions: { latencyMs },
        stateUrl,
      });
      measured.push({ round, ...figures });
      report(`round ${round}, workers ${count}: ${Math.round(world.events / (figures.wallMs / 1000))} events/s`);
    }
  }
  const points = workers.map((count) => pointOf(count, measured, world.events));
  console.log(curveTable(points));
  if (save) {
    saveResult(`workers-${show}`, { ...machineOf(), show, events: world.events, latencyMs, points, measured });
  }
  return [];
}

/** Medians over the rounds; `times` is the median of the rounds' ratios to the first number of workers. */
function pointOf(count, measured, events) {
  const own = measured.filter(({ workers }) => workers === count);
  const ratios = own.map(({ round, wallMs }) => measured.find((each) => each.round === round).wallMs / wallMs);
  const seconds = median(own.map(({ wallMs }) => wallMs)) / 1000;
  const cpuOf = ({ cpuMs }) => cpuMs.reduce((sum, each) => sum + each, 0);
  return {
    workers: count,
    eventsPerSecond: Math.round(events / seconds),
    times: median(ratios),
    leastTimes: Math.min(...ratios),
    mostTimes: Math.max(...ratios),
    processors: median(own.map((each) => (cpuOf(each) + each.databaseCpuMs) / each.wallMs)),
    othersProcessors: median(own.map((each) => each.othersCpuMs / each.endedMs)),
    nodeMicroseconds: (median(own.map(cpuOf)) * 1000) / events,
    databaseMicroseconds: (median(own.map(({ databaseCpuMs }) => databaseCpuMs)) * 1000) / events,
  };
}
