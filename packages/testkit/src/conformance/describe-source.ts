import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type {
  Axis,
  FieldRequest,
  FieldType,
  ReadRequest,
  RecordPage,
  Source,
  StreamSchema,
  Window,
} from '@sluice/core';

/** A source with some records, made anew for every test. */
export interface SourceUnderTest {
  readonly source: Source;
  readonly schema: StreamSchema;
  /** A stretch that holds the creation and event times of every record of the stream. */
  readonly from: number;
  readonly until: number;
  /** The keys of all records of the stream: at least three, created at different times. */
  readonly keys: readonly string[];
  dispose(): Promise<void>;
}

export interface DescribeSourceOptions {
  readonly name: string;
  /** Makes the source; `open` is left to the suite. */
  create(): Promise<SourceUnderTest>;
}

const IS_OF_TYPE: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => Number.isFinite(value),
  'text[]': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  json: (value) => value !== undefined,
};

const AXES: readonly Axis[] = ['change', 'event'];

/** The promises of the contract `Source` that every source keeps. */
export function describeSource(options: DescribeSourceOptions): void {
  describe(`${options.name} keeps the promises of a source`, () => {
    let subject: SourceUnderTest;
    let source: Source;
    let fields: readonly FieldRequest[];

    beforeEach(async () => {
      subject = await options.create();
      source = subject.source;
      fields = Object.keys(subject.schema.fields).map((field) => ({ field }));
      await source.open();
    });

    afterEach(async () => {
      await source.close();
      await subject.dispose();
    });

    function windowOn(axis: Axis, bounds: Partial<Window> = {}): Window {
      const { schema, from, until } = subject;
      return { stream: schema.name, axis, from, until, revisitMs: 0, ...bounds };
    }

    async function read(window: Window, request: Partial<ReadRequest> = {}): Promise<readonly RecordPage[]> {
      const pages: RecordPage[] = [];
      for await (const page of source.read({ window, fields, ...request })) pages.push(page);
      return pages;
    }

    it('says what the records come from, always the same', () => {
      expect(source.identity().description).to.not.equal('');
      expect(source.identity()).to.deep.equal(source.identity());
    });

    it('says what it checked, and what to do about what is bad', async () => {
      const results = await source.check();
      expect(results).to.not.deep.equal([]);
      for (const { outcome, message, fix } of results) if (outcome === 'bad') expect(fix, message).to.be.a('string');
    });

    it('names the fields of its key among its fields', () => {
      expect(Object.keys(subject.schema.fields)).to.include.members([...subject.schema.key]);
    });

    it('has a clock that does not run backwards', async () => {
      const first = await source.now();
      expect(await source.now()).to.be.at.least(first);
    });

    for (const axis of AXES) {
      describe(`on the axis ${axis}`, () => {
        it('gives every record of a window', async () => {
          expect(new Set(keysOf(await read(windowOn(axis))))).to.deep.equal(new Set(subject.keys));
        });

        it('gives pages that are never empty, with lists in step', async () => {
          for (const page of await read(windowOn(axis))) {
            expect(page.rows).to.not.deep.equal([]);
            for (const list of [page.keys, page.createdAt, page.cursors]) {
              expect(list).to.have.lengthOf(page.rows.length);
            }
          }
        });

        it('gives rows with one value per asked field, in the asked order', async () => {
          const reversed = fields.toReversed();
          const rows = (await read(windowOn(axis))).flatMap((page) => page.rows);
          const reversedRows = (await read(windowOn(axis), { fields: reversed })).flatMap((page) => page.rows);
          expect(reversedRows.map((row) => row.toReversed())).to.deep.equal(rows);
        });

        it('gives values of the types that the schema says', async () => {
          for (const row of (await read(windowOn(axis))).flatMap((page) => page.rows)) {
            for (const [index, { field }] of fields.entries()) {
              const schema = subject.schema.fields[field];
              if (schema !== undefined)
                expect(fits(row[index], schema), `${field}: ${JSON.stringify(row[index])}`).to.equal(true);
            }
          }
        });

        it('goes on after any cursor with at least what is missing', async () => {
          const pages = await read(windowOn(axis));
          const keys = keysOf(pages);
          const cursors = pages.flatMap((page) => page.cursors);
          for (const [index, after] of cursors.entries()) {
            const rest = keysOf(await read(windowOn(axis), { after }));
            expect(rest).to.include.members(keys.slice(index + 1));
          }
        });

        it('gives nothing after the last cursor', async () => {
          const after = (await read(windowOn(axis))).at(-1)?.cursors.at(-1);
          expect(await read(windowOn(axis), after === undefined ? {} : { after })).to.deep.equal([]);
        });

        it('gives each record in one of two windows that meet', async () => {
          const second = await source.next(subject.schema.name, axis, subject.from + 1);
          const middle = Math.max(second ?? subject.until, subject.from + 1);
          const before = keysOf(await read(windowOn(axis, { until: middle })));
          const after = keysOf(await read(windowOn(axis, { from: middle })));
          expect([...before, ...after].toSorted()).to.deep.equal([...subject.keys].toSorted());
        });

        it('gives no page for a window without records', async () => {
          const { from, until } = subject;
          expect(await read(windowOn(axis, { from: until, until: until + (until - from) }))).to.deep.equal([]);
        });

        it('finds the first record, and none after the last', async () => {
          const first = await source.next(subject.schema.name, axis, subject.from);
          expect(first).to.be.within(subject.from, subject.until - 1);
          expect(await source.next(subject.schema.name, axis, subject.until)).to.equal(undefined);
        });

        it("gives up with the signal's reason", async () => {
          const reason = new Error('stopped by the test');
          const request = { window: windowOn(axis), fields };
          const iteration = source.read(request, { signal: AbortSignal.abort(reason) })[Symbol.asyncIterator]();
          expect(await iteration.next().catch(asIs)).to.equal(reason);
        });
      });
    }

    it('gives the records of part created in the order of their creation', async () => {
      const created = (await read(windowOn('change'))).filter(({ part }) => part === 'created');
      const times = created.flatMap((page) => page.createdAt);
      expect(times).to.deep.equal(times.toSorted((a, b) => a - b));
    });

    it('leaves out what was created at or after the handover', async () => {
      const times = (await read(windowOn('change'))).flatMap((page) => page.createdAt);
      const createdBefore = Math.max(...times);
      const pages = await read(windowOn('event', { createdBefore }));
      expect(keysOf(pages).length).to.be.lessThan(subject.keys.length);
      for (const time of pages.flatMap((page) => page.createdAt)) expect(time).to.be.lessThan(createdBefore);
    });

    it('looks for the next record among those created before the handover alone', async () => {
      const { schema, from } = subject;
      expect(await source.next(schema.name, 'event', from, { createdBefore: from })).to.equal(undefined);
    });
  });
}

function keysOf(pages: readonly RecordPage[]): readonly string[] {
  return pages.flatMap((page) => page.keys);
}

function fits(value: unknown, { type, nullable }: StreamSchema['fields'][string]): boolean {
  return value === null ? nullable : IS_OF_TYPE[type](value);
}

function asIs(error: unknown): unknown {
  return error;
}
