import { spawn } from 'node:child_process';
import { peakRssBytes, treeCpuMs } from '../throughput/measure/process-figures.mjs';

const running = new Set();
let isOver = false;

/** Ends every worker that still runs, whatever state it is in. No other is started. */
export function killWorkers() {
  isOver = true;
  for (const child of running) child.kill('SIGKILL');
}

/**
 * Starts a worker. `ended` says how it ended and what it cost, as of a moment before.
 *
 * @param {{ command: string[], env: Record<string, string> }} program
 */
export function startWorker({ command: [file, ...args], env }) {
  if (isOver) throw new Error('the bench is over');
  // Detached, so that Ctrl-C does not reach it: whoever started it ends it.
  const child = spawn(file, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-20_000);
    });
  }
  const cost = { cpuMs: 0, peakRssBytes: 0 };
  const sampling = setInterval(() => {
    cost.cpuMs = Math.max(cost.cpuMs, treeCpuMs(child.pid));
    cost.peakRssBytes = peakRssBytes(child.pid) ?? cost.peakRssBytes;
  }, 200);
  const ended = new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(sampling);
      running.delete(child);
      fulfil({ code, signal, output, at: Date.now(), ...cost });
    });
  });
  return { pid: child.pid, cpuMs: () => treeCpuMs(child.pid), kill: (signal) => child.kill(signal), ended };
}
