import { parseArgs } from 'node:util';
import { answers } from './answers.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mappings } from './mappings.js';
import { pipelines } from './pipelines.js';
import { postgresWire } from './postgres-wire.js';
import { records } from './records.js';
import { runFuzz } from './run-fuzz.js';

const TARGETS: Readonly<Record<string, FuzzTarget>> = {
  answers,
  mappings,
  pipelines,
  'postgres-wire': postgresWire,
  records,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { inputs: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const names = positionals.length > 0 ? positionals : Object.keys(TARGETS);
for (const name of names) {
  const target = TARGETS[name];
  if (target === undefined) throw new Error(`unknown target ${name}: use one of ${Object.keys(TARGETS).join(', ')}`);
  const figures = await runFuzz(target, {
    inputs: Number(values.inputs),
    seed: Number(values.seed),
    hangMs: 5000,
    onFinding: (input, error) => console.log(`${name} ${input}:`, error),
  });
  const { inputs, findings, seconds, slowestMs, slowest, mebibytes } = figures;
  console.log(
    `${name}: ${inputs} inputs (${target.doc}), ${findings} findings, ${seconds.toFixed(1)} s, ` +
      `slowest ${Math.round(slowestMs)} ms (${slowest}), ${mebibytes} MiB`,
  );
  if (findings > 0) process.exitCode = 1;
}
