import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { REPOSITORY } from './sluice-command.mjs';

/** What a result has to say about where it was measured. */
export function machineOf() {
  const [{ model }] = cpus();
  return {
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: REPOSITORY, encoding: 'utf8' }).trim(),
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cpus: `${cpus().length} × ${model.trim()}`,
    memoryGb: Math.round(totalmem() / 1e9),
  };
}
