import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { describeAsking } from './describe-asking.js';
import { describeFollowing } from './describe-following.js';
import { describeInterruptions } from './describe-interruptions.js';
import { describeReading } from './describe-reading.js';
import { mustHold } from './rule.js';
import { sourceBench, type DescribeSourceOptions, type SourceBench } from './source-bench.js';

/** Describes what every source must do: the contract `Source`. */
export function describeSource(options: DescribeSourceOptions): void {
  describe(`${options.name} as a source`, () => {
    let current: SourceBench;
    let isDisposed: boolean;
    const bench = (): SourceBench => current;

    beforeEach(async () => {
      current = sourceBench(await options.create());
      isDisposed = false;
      await current.source.open();
    });

    afterEach(async () => {
      await current.source.close();
      if (!isDisposed) await current.dispose();
    });

    it('always has the same identity', () => {
      const { source } = bench();
      expect(source.identity().description).to.not.equal('');
      expect(source.identity()).to.deep.equal(source.identity());
    });

    it('reports what it checked, with a fix for everything bad', async () => {
      const results = await bench().source.check();
      expect(results).to.not.deep.equal([]);
      for (const { outcome, message, fix } of results) if (outcome === 'bad') expect(fix, message).to.be.a('string');
    });

    it('reports in its check what is wrong, and never throws it', async () => {
      isDisposed = true;
      await bench().dispose();
      const error = await bench()
        .source.check()
        .then(() => undefined)
        .catch((thrown: unknown) => thrown);
      mustHold(
        error === undefined,
        `check must not throw when there is nothing to connect to: it threw \`${String(error)}\``,
        'catch the error and return a finding with the outcome `bad`, the message and a fix',
      );
    });

    it('names the fields of its key among its fields', () => {
      const { schema } = bench();
      expect(Object.keys(schema.fields)).to.include.members([...schema.key]);
    });

    it('has a clock that never runs backwards', async () => {
      const { source } = bench();
      const first = await source.now();
      expect(await source.now()).to.be.at.least(first);
    });

    it('has not ended while its records may change', async () => {
      expect(await bench().source.ended?.()).to.equal(undefined);
    });

    it('can be closed without being opened', async () => {
      const unopened = await options.create();
      await unopened.source.close();
      await unopened.dispose();
    });

    for (const axis of ['change', 'event'] as const)
      describe(`on the axis ${axis}`, () => describeReading(bench, axis));
    describe('between two pages', () => describeInterruptions(bench, options));
    describe('while it is followed', () => describeFollowing(bench, options));
    describe('when asked by key or hour', () => describeAsking(bench));
  });
}
