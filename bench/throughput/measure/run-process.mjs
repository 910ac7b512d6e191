import { spawn } from 'node:child_process';
import { endedChildrenCpuMs, peakRssBytes } from './process-figures.mjs';

const SAMPLE_MS = 25;

/**
 * Runs a program to its end and says what it cost. No other child of this process may end meanwhile.
 *
 * @param {{ command: string[], env: Record<string, string>, cwd?: string }} program
 * @returns {Promise<{ wallMs: number, cpuMs: number, peakRssBytes: number }>}
 */
export async function runProcess({ command: [file, ...args], env, cwd }) {
  const cpuBefore = endedChildrenCpuMs();
  const begunMs = performance.now();
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output = (output + chunk).slice(-4000);
    });
  }
  let peak = 0;
  // The peak never falls, so that the last look before the end is good enough.
  const sampling = setInterval(() => {
    peak = peakRssBytes(child.pid) ?? peak;
  }, SAMPLE_MS);
  const [code, signal] = await new Promise((fulfil, reject) => {
    child.once('error', reject);
    child.once('close', (...ending) => fulfil(ending));
  });
  const wallMs = performance.now() - begunMs;
  clearInterval(sampling);
  if (code !== 0) throw new Error(`${[file, ...args].join(' ')} ended with ${code ?? signal}:\n${output}`);
  return { wallMs, cpuMs: endedChildrenCpuMs() - cpuBefore, peakRssBytes: peak };
}
