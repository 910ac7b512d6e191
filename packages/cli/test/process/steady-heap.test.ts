import { expect } from 'chai';
import { spawnSync } from 'node:child_process';

/** Prints how large the space of young objects becomes while thousands of objects live for a while, as those in flight do. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8';
  const { keepHeapSteady } = await import(process.argv[1]);
  if (process.argv[2] === 'steady') keepHeapSteady();
  const young = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 1_048_576;
  const held = [];
  let most = 0;
  for (let round = 0; round < 9000; round += 1) {
    held[round % 160] = Array.from({ length: 500 }, (_, index) => ({ round, index }));
    most = Math.max(most, young());
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(most);`;

function mostOf(...args: readonly string[]): number {
  const module = import.meta.resolve('#src/process/steady-heap.js');
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', PROGRAM, module, ...args], {
    encoding: 'utf8',
  });
  return Number(stdout);
}

describe('a steady heap', () => {
  it('has a space for young objects that stops growing at half of what V8 would give it', () => {
    expect(mostOf()).to.be.above(16);
    expect(mostOf('steady')).to.equal(16);
  });
});
