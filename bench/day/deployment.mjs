import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { peakRssBytes, treeCpuMs } from '../throughput/measure/process-figures.mjs';

const PROGRAM = fileURLToPath(new URL('worker.mjs', import.meta.url));

const BEGINS = 'the run starts';
/** How a run ends, by the message of the log. */
const ENDS = new Map([
  ['the run is done', 'done'],
  ['the run was stopped; finished work is saved', 'stopped'],
  ['the turn of the run is over; the run continues when the waiting pipelines have had theirs', 'turn over'],
  ['the run failed; the next run retries', 'failed'],
  ['the pipeline is paused; the next run retries', 'paused'],
]);

/** The processes that share the pipelines. One that is started after another has ended takes its place. */
export class Deployment {
  /** Those that run, by their place. */
  living = new Map();
  /** Of all places and times: how many runs ended how in which place, and what went wrong how often. */
  ends = [];
  troubles = new Map();
  /** CPU and memory of each process that was started. */
  figures = new Map();
  #options;
  #aheadMs;

  constructor(options, aheadMs) {
    this.#options = options;
    this.#aheadMs = aheadMs;
  }

  /** Sets the clock of all processes. */
  set aheadMs(aheadMs) {
    this.#aheadMs = aheadMs;
    for (const { child } of this.living.values()) child.send(aheadMs);
  }

  /** Resolves when the process serves its pipelines. */
  async start(place, { isFirst = false } = {}) {
    const { environment, ...options } = this.#options;
    const child = fork(PROGRAM, [JSON.stringify({ ...options, aheadMs: this.#aheadMs, isFirst })], {
      env: environment,
      execArgv: ['--conditions=sluice-modules'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const worker = { place, child, running: new Set(), url: undefined };
    this.living.set(place, worker);
    worker.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        if (this.living.get(place) === worker) this.living.delete(place);
        resolve(code ?? signal);
      });
    });
    const serves = new Promise((resolve) => {
      child.on('message', (line) => this.#read(worker, JSON.parse(line), resolve));
    });
    await Promise.race([
      serves,
      worker.ended.then((code) => {
        throw new Error(`a process ended with ${code} before it served`);
      }),
    ]);
    return worker;
  }

  #read(worker, { level, msg, pipeline, url, error, err }, serves) {
    if (msg === 'serving /healthz, /readyz and /metrics') {
      worker.url = url;
      serves();
    }
    if (msg === BEGINS) worker.running.add(pipeline);
    const end = ENDS.get(msg);
    if (end !== undefined) {
      worker.running.delete(pipeline);
      this.ends.push({ place: worker.place, pipeline, end });
    }
    if (level === 'warn' || level === 'error' || level >= 40) {
      const trouble = `${msg}: ${error ?? err?.message ?? ''}`.replaceAll(
        /\b(?:quarter|hour|day)[-.][a-z0-9.-]+/gu,
        '…',
      );
      this.troubles.set(trouble, (this.troubles.get(trouble) ?? 0) + 1);
    }
  }

  /** Keeps the figures of the processes that run; the kernel forgets those that end. */
  measure() {
    for (const { place, child } of this.living.values()) {
      const rss = peakRssBytes(child.pid);
      if (rss !== undefined) this.figures.set(child.pid, { place, cpuMs: treeCpuMs(child.pid), rss });
    }
  }

  async stop(signal = 'SIGTERM') {
    this.measure();
    const living = [...this.living.values()];
    for (const { child } of living) child.kill(signal);
    return Promise.all(living.map(({ ended }) => ended));
  }
}
