import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { busyMs } from '../../throughput/measure/process-figures.mjs';
import { workersPipeline } from '../workers-pipeline.mjs';
import { watchState } from '../watch-state.mjs';
import { startWorker } from '../worker.mjs';

/**
 * Exports the history with so many workers and a new state. The clock runs from the moment in which all have joined, until
 * the last event arrives.
 *
 * @returns what arrived and what it cost
 */
export async function measureWorkers(count, { world, delivery, conditions, stateUrl }) {
  const { databaseUrl, receiver, database, events } = world;
  await receiver.reset(conditions);
  const pipeline = workersPipeline({ delivery, stateUrl, sourceUrl: databaseUrl, receiverUrl: receiver.url });
  const state = watchState(stateUrl);
  const locker = new pg.Client(databaseUrl);
  // When the bench is stopped, the server ends first.
  locker.on('error', () => {});
  await locker.connect();
  try {
    // Nobody reads before all have joined: starting a process is not what is measured.
    await locker.query('BEGIN; LOCK TABLE traces, observations, scores IN ACCESS EXCLUSIVE MODE');
    const workers = Array.from({ length: count }, () => startWorker(pipeline));
    const failed = Promise.race(workers.map(failure));
    await Promise.race([joined(state, count), failed]);
    const before = await database.figures(databaseUrl);
    const startCpuMs = workers.map(({ cpuMs }) => cpuMs());
    const busyBeforeMs = busyMs();
    const begunAt = Date.now();
    await locker.query('COMMIT');
    const ends = await Promise.race([Promise.all(workers.map(({ ended }) => ended)), failed]);
    const endedMs = Date.now() - begunAt;
    const allCpuMs = busyMs() - busyBeforeMs;
    const after = await database.figures(databaseUrl);
    const arrived = await receiver.count();
    if (arrived.distinct !== events || arrived.events !== events) {
      throw new Error(`${arrived.events} events arrived, ${arrived.distinct} different ones, instead of ${events}`);
    }
    const cpuMs = ends.map((end, index) => end.cpuMs - startCpuMs[index]);
    const databaseCpuMs = after.cpuMs - before.cpuMs;
    return {
      workers: count,
      wallMs: arrived.lastAt - begunAt,
      requests: arrived.requests,
      endedMs,
      cpuMs,
      databaseCpuMs,
      // The receiver's too.
      othersCpuMs: allCpuMs - databaseCpuMs - cpuMs.reduce((sum, each) => sum + each, 0),
    };
  } finally {
    await locker.end();
    await state.close();
    pipeline.remove();
  }
}

async function joined(state, count) {
  while ((await state.workers()).length < count) await sleep(100);
  // Until they wait for the tables.
  await sleep(1000);
}

/** Rejects when a worker fails; never resolves. */
async function failure({ ended }) {
  const { code, signal, output } = await ended;
  if (code !== 0) throw new Error(`a worker ended with ${code ?? signal}:\n${output}`);
  return new Promise(() => {});
}
