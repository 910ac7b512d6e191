import { setTimeout as sleep } from 'node:timers/promises';
import { fillLangfuse } from '../../data/fill-langfuse.mjs';
import { markdownTable } from '../../throughput/markdown-table.mjs';
import { forkReceiver } from '../../throughput/receiver/start-receiver.mjs';
import { startPostgres } from '../../throughput/start-postgres.mjs';
import { sluiceCommand } from '../../throughput/sluice-command.mjs';
import { workersPipeline } from '../workers-pipeline.mjs';
import { watchState } from '../watch-state.mjs';
import { startWorker } from '../worker.mjs';
import { FAULTS, inflict } from './fault.mjs';
import { lateRequests, problemsOf } from './judge.mjs';
import { openNetwork } from './network.mjs';
import { keepWorkers } from './slots.mjs';

const LEASE_SECONDS = 10;
/** How long a takeover can take: the lease, a look of the one who takes over, and what it is about just then. */
const BOUND_MS = 15_000;

/**
 * Workers on hosts of their own export a history. One is killed, one is frozen and woken, one is cut off and connected again.
 *
 * @returns {Promise<string[]>} what was wrong
 */
export async function showFaults({ traces, workers: [count], latencyMs }, { report, onClose }) {
  const network = openNetwork(count);
  onClose(network.close);
  const postgres = await startPostgres({
    settings: { listen_addresses: `127.0.0.1,${network.address}` },
    accessRules: `host all all 127.0.0.1/32 scram-sha-256\nhost all all ${network.cidr} scram-sha-256\n`,
  });
  onClose(postgres.stop);
  const receiver = await forkReceiver(new URL('receiver.mjs', import.meta.url), [network.address, String(latencyMs)]);
  onClose(receiver.stop);
  const stateUrl = await postgres.createDatabase('state');
  report(`making ${traces.toLocaleString('en-US')} traces`);
  const events = await fillLangfuse(postgres.url, { traces });

  report('one worker without faults: what has to arrive');
  const reached = (url) => url.replace('127.0.0.1', network.address);
  const pipeline = workersPipeline({
    leaseSeconds: LEASE_SECONDS,
    delivery: '{ maxInFlight: 2 }',
    stateUrl: reached(stateUrl),
    sourceUrl: reached(postgres.url),
    receiverUrl: receiver.url,
  });
  onClose(pipeline.remove);
  await runAlone(pipeline);
  await receiver.ask('keepAsReference');

  report(`${count} workers on hosts of their own`);
  const state = watchState(stateUrl);
  onClose(state.close);
  const { slots, left } = keepWorkers(network.hosts, pipeline);
  // Rejects where it is awaited.
  left.catch(() => {});
  const begun = [];
  for (const fault of FAULTS) {
    await arrived(receiver, fault.share * events, left);
    const happening = await inflict(fault, { slots, state, receiver, leaseSeconds: LEASE_SECONDS });
    report(`${happening.worker} is ${fault.name}, with ${happening.lost.length} open windows`);
    begun.push(happening.over);
  }
  const [, ...over] = await Promise.all([left, ...begun]);
  report('all have ended');

  const compared = await receiver.ask('compare');
  const arrivedAt = await receiver.ask('firstArrivals');
  const faults = over.map((each) => ({
    ...each,
    takeoverMs: each.lost.map(({ id }) => each.takenAt.get(id) - each.beganAt),
    arrivalMs: each.lost.flatMap(({ id }) =>
      arrivedAt.get(id) === undefined ? [] : [arrivedAt.get(id) - each.beganAt],
    ),
    late: lateRequests(compared.requests, each, each.endedAt ?? each.beganAt + LEASE_SECONDS * 1000),
  }));
  const accepted = await state.accepted();
  console.log(tableOf(faults));
  console.log(summaryOf({ events, compared, slots }));
  return problemsOf({ events, accepted, compared, faults, boundMs: BOUND_MS, slots });
}

/** The same pipeline with a state in a file. */
async function runAlone({ env }) {
  const alone = sluiceCommand({ edit: (text) => text.replace('gzip: true', 'gzip: true\n    allowInsecure: true') });
  try {
    const { code, output } = await startWorker({ command: alone.command, env: { ...env, ...alone.env } }).ended;
    if (code !== 0) throw new Error(`one worker without faults ended with ${code}:\n${output}`);
  } finally {
    alone.remove();
  }
}

/** Waits until so many events have arrived. Throws when the workers have ended before. */
async function arrived(receiver, events, left) {
  const ended = left.then(() => 'ended');
  while ((await receiver.ask('count')) < events) {
    if ((await Promise.race([ended, sleep(50)])) === 'ended') {
      throw new Error('the workers were done before the next fault: take more records');
    }
  }
}

function tableOf(faults) {
  const seconds = (times) => times.map((ms) => (ms / 1000).toFixed(1)).join(', ') || '–';
  return markdownTable(
    ['a worker is', 'open windows', 'taken over after, s', 'events arrive after, s', 'late requests', 'it ends with'],
    faults.map(({ fault, lost, takeoverMs, arrivalMs, late, end }) => [
      fault,
      String(lost.length),
      seconds(takeoverMs),
      seconds(arrivalMs),
      String(late),
      String(end.code ?? end.signal),
    ]),
  );
}

function summaryOf({ events, compared: { distinct, missing, unexpected, different, repeats, requests }, slots }) {
  const count = (number) => number.toLocaleString('en-US');
  const repeated = Object.values(repeats).reduce((sum, each) => sum + each, 0);
  return [
    '',
    `events in the source: ${count(events)}; at the receiver: ${count(distinct)} different ones`,
    `missing: ${count(missing)}; unexpected: ${count(unexpected)}; with another body: ${count(different)}`,
    `sent again with the same identity and body: ${count(repeated)}, in ${count(requests.length)} requests in all`,
    `CPU of the workers, s: ${slots.map(({ ends }) => (ends.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / 1000).toFixed(1)).join(', ')}`,
  ].join('\n');
}
