import { expect } from 'chai';
import { answers } from './answers.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mappings } from './mappings.js';
import { pipelines } from './pipelines.js';
import { postgresWire } from './postgres-wire.js';
import { records } from './records.js';
import { runFuzz } from './run-fuzz.js';

/** A few of the inputs that `npm run fuzz` tries, and those that once were findings. */
const BUDGETS: readonly (readonly [name: string, target: FuzzTarget, inputs: number, findings: readonly number[]])[] = [
  ['answers', answers, 120, [30_150_250]],
  ['mappings', mappings, 400, []],
  ['pipelines', pipelines, 400, []],
  ['records', records, 19_200, []],
  ['postgres-wire', postgresWire, 60, [156]],
];

for (const [name, target, inputs, seeds] of BUDGETS) {
  describe(`fuzzing ${target.doc}`, () => {
    for (const [what, seed, count] of [
      ['some inputs', 1, inputs] as const,
      ...seeds.map((each) => [`input ${each}`, each, 1] as const),
    ]) {
      it(`finds nothing in ${what}`, async () => {
        const findings: string[] = [];
        await runFuzz(target, {
          inputs: count,
          seed,
          hangMs: 5000,
          onFinding: (found, error) => findings.push(`npm run fuzz -- ${name} ${found}: ${String(error)}`),
        });
        expect(findings).to.deep.equal([]);
      });
    }
  });
}
