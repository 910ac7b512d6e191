import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { SluiceError } from '@sluice/core/adapter';
import { describeAsking } from './describe-asking.js';
import { describeFollowing } from './describe-following.js';
import { describeInstances } from './describe-instances.js';
import { describeInterruptions } from './describe-interruptions.js';
import { describeReading } from './describe-reading.js';
import { mustHold } from './rule.js';
import { collect, creationTimes, sourceBench, type DescribeSourceOptions, type SourceBench } from './source-bench.js';
import { takeTime } from './take-time.js';
import { thrownBy } from './thrown-by.js';

const DAY_MS = 86_400_000;

/** Describes what every source must do: the contract `Source`. */
export function describeSource(options: DescribeSourceOptions): void {
  describe(`${options.name} as a source`, function () {
    takeTime(this);
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

    describeInstances(async () => {
      const created = sourceBench(await options.create());
      const { source, read, windowOn } = created;
      return { adapter: source, use: () => read(windowOn('change')), dispose: () => created.dispose() };
    });

    it('reports what it checked, with a fix for everything bad', async () => {
      const results = await bench().source.check();
      expect(results).to.not.deep.equal([]);
      for (const { outcome, message, fix } of results) if (outcome === 'bad') expect(fix, message).to.be.a('string');
    });

    it('reports in its check what is wrong, and never throws it', async () => {
      isDisposed = true;
      await bench().dispose();
      const error = await thrownBy(bench().source.check());
      mustHold(
        error === undefined,
        `check must not throw when there is nothing to connect to: it threw \`${String(error)}\``,
        'catch the error and return a finding with the outcome `bad`, the message and a fix',
      );
    });

    it('throws the errors of the contract when there is nothing to connect to', async () => {
      const { source, schema, from, fields, windowOn } = bench();
      isDisposed = true;
      await bench().dispose();
      for (const [method, call] of [
        ['open', () => source.open()],
        ['now', () => source.now()],
        ['next', () => source.next(schema.name, 'change', from)],
        ['read', () => collect(source.read({ window: windowOn('change'), fields }))],
      ] as const) {
        const error = await thrownBy(call());
        mustHold(
          error === undefined || error instanceof SluiceError,
          `a failure of the source must be an error of the contract: ${method} threw \`${String(error)}\``,
          'translate it into TransientError if it passes, RefusedError for credentials, SourceDriftError for a changed shape',
        );
      }
    });

    it('names the fields of its key among its fields', () => {
      const { schema } = bench();
      expect(Object.keys(schema.fields)).to.include.members([...schema.key]);
    });

    it('is tested with a value in every field', async () => {
      const { schema, fields, read, windowOn } = bench();
      const rows = (await read(windowOn('change'))).flatMap((page) => page.rows);
      const empty = fields.flatMap(({ field }, column) => {
        const hasValue = rows.some((row) => (row[column] ?? null) !== null);
        return hasValue || schema.fields[field]?.absent !== undefined ? [] : [field];
      });
      mustHold(
        empty.length === 0,
        `the suite must see a value in every field, or a source that looks in the wrong place passes; always null: ${empty.join(', ')}`,
        'give these fields a value in a record of the test; if they have one there, correct where the source looks for it',
      );
    });

    it('has a clock that never runs backwards', async () => {
      const { source } = bench();
      const first = await source.now();
      expect(await source.now()).to.be.at.least(first);
    });

    it('has a clock that is not behind its records, nor far ahead', async () => {
      const newest = Math.max(...(await creationTimes(bench())).values());
      const now = await bench().source.now();
      mustHold(
        now >= newest && now <= Math.max(Date.now(), bench().until) + DAY_MS,
        `now must be the time of the source's clock, between its newest record and a day from now; it is ${now}`,
        'return milliseconds since 1970 of the clock that gives records their time, or `context.runtime.now()`',
      );
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
      describe(`on the axis ${axis}`, () => describeReading(bench, axis, options));
    describe('between two pages', () => describeInterruptions(bench, options));
    describe('while it is followed', () => describeFollowing(bench, options));
    describe('when asked by key or hour', () => describeAsking(bench));
  });
}
