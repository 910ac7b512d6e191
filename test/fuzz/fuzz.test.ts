import { expect } from 'chai';
import { answers } from './answers.js';
import type { FuzzTarget } from './fuzz-target.js';
import { mappings } from './mappings.js';
import { pipelines } from './pipelines.js';
import { postgresWire } from './postgres-wire.js';
import { records } from './records.js';
import { runFuzz } from './run-fuzz.js';

/** How many of the inputs that `npm run fuzz` tries: everywhere, and in `.ci/run`. Then those that once were findings. */
const BUDGETS: readonly (readonly [
  name: string,
  target: FuzzTarget,
  inputs: readonly [least: number, full: number],
  findings: readonly number[],
])[] = [
  ['answers', answers, [60, 120], [30_150_250]],
  ['mappings', mappings, [200, 2000], []],
  ['pipelines', pipelines, [200, 2000], []],
  ['records', records, [2000, 10_000], []],
  ['postgres-wire', postgresWire, [30, 60], [156]],
];

const isFull = process.env['SLUICE_TEST_RUNS'] === 'full';

for (const [name, target, [least, full], seeds] of BUDGETS) {
  describe(`fuzzing ${target.doc}`, () => {
    for (const [what, seed, count] of [
      ['some inputs', 1, isFull ? full : least] as const,
      ...seeds.map((each) => [`input ${each}`, each, 1] as const),
    ]) {
      it(`finds nothing in ${what}`, async function () {
        this.timeout(isFull ? 300_000 : 20_000);
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
