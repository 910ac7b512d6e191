import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { it } from 'mocha';
import {
  ExactNumber,
  type Axis,
  type FieldType,
  type FieldValue,
  type RecordPage,
  type StreamSchema,
} from '@sluice/core/source';
import { NULL_VALUE } from '@sluice/core/text';
import { mustHold } from './rule.js';
import { keysOf, sourceBench, type DescribeSourceOptions, type SourceBench } from './source-bench.js';

const IS_OF_TYPE: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  timestamp: (value) => typeof value === 'number' && Number.isFinite(value) && !isInAnotherUnit(value),
  'text[]': (value) => Array.isArray(value) && value.every((item) => typeof item === 'string'),
  json: (value) => value !== undefined,
};

/** A year of another century is rather a count of seconds, or of microseconds, since 1970. */
const SECONDS = { from: Date.UTC(1970, 0, 3), until: Date.UTC(1970, 1, 15) };
const MICROSECONDS_FROM = Date.UTC(5000, 0, 1);

/** The windows of both axes. */
export function describeReading(
  bench: () => SourceBench,
  axis: Axis,
  { create }: Pick<DescribeSourceOptions, 'create'>,
): void {
  it('returns every record of a window once', async () => {
    const { read, windowOn, keys } = bench();
    const found = keysOf(await read(windowOn(axis)));
    mustHold(
      keys.every((key) => found.includes(key)),
      `a window must have all of its records; missing: ${keys.filter((key) => !found.includes(key)).join(', ')}`,
      'go on after the time AND the key of the last record of a page: several records can have one time',
    );
    expect(found.toSorted()).to.deep.equal([...keys].toSorted());
  });

  it('returns pages that are never empty, with lists of equal length', async () => {
    const { read, windowOn } = bench();
    for (const page of await read(windowOn(axis))) {
      expect(page.rows).to.not.deep.equal([]);
      for (const list of [page.keys, page.createdAt, page.cursors]) expect(list).to.have.lengthOf(page.rows.length);
      const single = page.cursors.map((cursor, record) => page.cursor?.(record) ?? cursor);
      expect(single, 'cursor() gives those of the list').to.deep.equal(page.cursors);
    }
  });

  it('returns rows with one value per requested field, in order', async () => {
    const { read, windowOn, fields } = bench();
    const reversed = fields.toReversed();
    const rows = (await read(windowOn(axis))).flatMap((page) => page.rows);
    const reversedRows = (await read(windowOn(axis), { fields: reversed })).flatMap((page) => page.rows);
    expect(reversedRows.map((row) => row.toReversed())).to.deep.equal(rows);
  });

  it('returns the same records whichever field is asked for', async () => {
    const { read, windowOn, fields } = bench();
    const all = await read(windowOn(axis));
    for (const [column, { field }] of fields.entries()) {
      const found = await read(windowOn(axis), { fields: [{ field }] });
      mustHold(
        isDeepStrictEqual(recordsOf(found), recordsOf(all)),
        `a page must have the same keys, times and cursors when only ${field} is asked for`,
        'read the key and the times for the page itself, whatever the fields of its rows are',
      );
      expect(found.flatMap(({ rows }) => rows)).to.deep.equal(
        all.flatMap(({ rows }) => rows.map((row) => [row[column]])),
      );
    }
  });

  it('returns values of the types in the schema', async () => {
    const { read, windowOn, fields, schema } = bench();
    for (const row of (await read(windowOn(axis))).flatMap((page) => page.rows)) {
      for (const [index, { field }] of fields.entries()) {
        const fieldSchema = schema.fields[field];
        const value = row[index];
        if (fieldSchema === undefined) continue;
        mustHold(
          fits(value, fieldSchema),
          `a value must have the type of its field: ${field} is ${fieldSchema.type}, and has ${JSON.stringify(value)}`,
          fieldSchema.type === 'timestamp'
            ? 'give a time in milliseconds since 1970; an API that gives seconds needs them times 1,000'
            : `convert it, or correct the type and \`nullable\` of ${field} in the schema`,
        );
      }
    }
  });

  it('returns the part of a JSON value that is asked for', async () => {
    const { read, windowOn, fields, schema } = bench();
    for (const [column, { field }] of fields.entries()) {
      if (schema.fields[field]?.type !== 'json') continue;
      const whole = (await read(windowOn(axis))).flatMap(({ rows }) => rows.map((row) => row[column]));
      const step = whole.map(firstStep).find((each) => each !== undefined);
      if (step === undefined) continue;
      const parts = await read(windowOn(axis), { fields: [{ field, path: [step] }] });
      mustHold(
        isDeepStrictEqual(
          parts.flatMap(({ rows }) => rows.map(([part]) => part)),
          whole.map((value) => partOf(value, step)),
        ),
        `a request for ${field} with the path ["${step}"] must have that part of each value, and null where there is none`,
        'follow `path` of a field that is asked for, key by key, through a value of the type json',
      );
    }
  });

  it('gives the same records as text, if it gives text', async () => {
    const { source, read, windowOn, fields } = bench();
    for (const page of await read(windowOn(axis))) {
      const { text, rows, keys } = page;
      expect(text !== undefined).to.equal(source.givesText === true);
      if (text === undefined) continue;
      expect(text.records).to.equal(rows.length);
      for (const [record, row] of rows.entries()) {
        const first = record * text.columns;
        expect(text.row(record)).to.deep.equal(row);
        for (const column of fields.keys())
          expect(text.starts[first + column] === NULL_VALUE).to.equal(row[column] === null);
        const key = first + text.keyColumn;
        expect(text.bytes.toString('utf8', text.starts[key], text.ends[key])).to.equal(keys[record]);
      }
    }
  });

  it('continues after any cursor with what is missing, in the same order', async () => {
    const { read, windowOn } = bench();
    const pages = await read(windowOn(axis));
    const keys = keysOf(pages);
    for (const [index, after] of pages.flatMap((page) => page.cursors).entries()) {
      const missing = keys.slice(index + 1);
      const resumed = keysOf(await read(windowOn(axis), { after }));
      mustHold(
        missing.every((key) => resumed.includes(key)),
        `after the cursor of ${keys[index] ?? ''} everything that follows must come; missing: ${missing
          .filter((key) => !resumed.includes(key))
          .join(', ')}`,
        'put the time with its full precision and the key into the cursor, and compare both',
      );
      mustHold(
        isDeepStrictEqual(
          resumed.filter((key) => missing.includes(key)),
          missing,
        ),
        'a window must have the same order whenever it is read, also after a cursor',
        'order by time, then by key, in every statement, and compare keys as the cursor does',
      );
    }
  });

  it('continues after a cursor of another instance', async () => {
    const { read, windowOn } = bench();
    const pages = await read(windowOn(axis));
    const missing = keysOf(pages).slice(2);
    const [, after = ''] = pages.flatMap((page) => page.cursors);
    const other = sourceBench(await create());
    await other.source.open();
    const found = await other.read(windowOn(axis), { after }).catch((error: unknown) => String(error));
    await other.source.close();
    await other.dispose();
    mustHold(
      Array.isArray(found) && missing.every((key) => keysOf(found).includes(key)),
      `a cursor must mean the same to every instance: a run continues after it in another process${
        typeof found === 'string' ? `; it threw \`${found}\`` : ''
      }`,
      'put the time and the key of the record into the cursor, and let `create` give the same records every time',
    );
  });

  it('returns nothing after the last cursor', async () => {
    const { read, windowOn } = bench();
    const after = (await read(windowOn(axis))).at(-1)?.cursors.at(-1);
    expect(await read(windowOn(axis), after === undefined ? {} : { after })).to.deep.equal([]);
  });

  it('returns each record in one of two adjacent windows, wherever they meet', async () => {
    const { source, schema, read, windowOn, keys, from, until } = bench();
    for (let middle = await source.next(schema.name, axis, from); middle !== undefined;) {
      const before = keysOf(await read(windowOn(axis, { until: middle })));
      const after = keysOf(await read(windowOn(axis, { from: middle })));
      const twice = before.filter((key) => after.includes(key));
      mustHold(
        twice.length === 0,
        `a window must end before \`until\` and begin at \`from\`; in two adjacent windows: ${twice.join(', ')}`,
        'read `time >= from AND time < until`, with times of the same precision',
      );
      expect([...before, ...after].toSorted(), String(middle)).to.deep.equal([...keys].toSorted());
      middle = await source.next(schema.name, axis, middle + 1);
    }
    expect(await read(windowOn(axis, { from: until, until: until + 1 }))).to.deep.equal([]);
  });

  it('returns no page for a window without records', async () => {
    const { read, windowOn, from, until } = bench();
    expect(await read(windowOn(axis, { from: until, until: until + (until - from) }))).to.deep.equal([]);
  });

  it('finds the first record and none after the last', async () => {
    const { source, schema, from, until } = bench();
    const first = await source.next(schema.name, axis, from);
    expect(first).to.be.within(from, until - 1);
    expect(await source.next(schema.name, axis, until)).to.equal(undefined);
  });

  it('finds no record too late', async () => {
    const { source, schema, read, windowOn, keys, from, until } = bench();
    let start = from;
    for (let time = 0; time <= keys.length && start < until; time += 1) {
      const found = (await source.next(schema.name, axis, start)) ?? until;
      const passed = found > start ? keysOf(await read(windowOn(axis, { from: start, until: found }))) : [];
      mustHold(
        found >= start && passed.length === 0,
        `next must find the first record at or after ${start}, not ${found}: the engine skips what is before it${
          passed.length === 0 ? '' : `; passed over: ${passed.join(', ')}`
        }`,
        'take the smallest time at or after `from`, of the same column and precision as in `read`',
      );
      start = found + 1;
    }
  });

  it('finds the first record however early the search begins', async () => {
    const { source, schema, from } = bench();
    const first = await source.next(schema.name, axis, from);
    const [found] = await Promise.allSettled([source.next(schema.name, axis, -Infinity)]);
    mustHold(
      found.status === 'fulfilled' && found.value === first,
      `next must take \`-Infinity\`, from where a pipeline with \`start: beginning\` searches${
        found.status === 'rejected' ? `; it threw \`${String(found.reason)}\`` : ''
      }`,
      'leave the lower bound out of the question, or use the earliest time that the source knows',
    );
  });

  it('finds a record at the exact start of the search', async () => {
    const { source, schema, from } = bench();
    const first = await source.next(schema.name, axis, from);
    expect(await source.next(schema.name, axis, first ?? Number.NaN)).to.equal(first);
  });

  it("gives up with the signal's reason", async () => {
    const { source, windowOn, fields } = bench();
    const reason = new Error('stopped by the test');
    const request = { window: windowOn(axis), fields };
    const iteration = source.read(request, { signal: AbortSignal.abort(reason) })[Symbol.asyncIterator]();
    expect(await iteration.next().catch((error: unknown) => error)).to.equal(reason);
  });

  it("gives up with the signal's reason between two pages", async () => {
    const { source, windowOn, fields } = bench();
    const reason = new Error('stopped by the test');
    const abort = new AbortController();
    const request = { window: windowOn(axis), fields };
    const iteration = source.read(request, { signal: abort.signal })[Symbol.asyncIterator]();
    await iteration.next();
    abort.abort(reason);
    mustHold(
      (await iteration.next().catch((error: unknown) => error)) === reason,
      'read must end when its signal aborts between two pages, and throw the reason of the signal',
      'call `signal?.throwIfAborted()` before each page, and pass the signal to the client that asks',
    );
  });
}

/** The first key or position in an object or a list; undefined if there is none. */
function firstStep(value: FieldValue | undefined): string | number | undefined {
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return undefined;
  const [key] = Object.keys(value);
  return key !== undefined && Array.isArray(value) ? Number(key) : key;
}

function partOf(value: FieldValue | undefined, step: string | number): FieldValue {
  const isInside = typeof value === 'object' && value !== null && Array.isArray(value) === (typeof step === 'number');
  return isInside ? (Object.entries(value).find(([key]) => key === String(step))?.[1] ?? null) : null;
}

function isInAnotherUnit(time: number): boolean {
  return (time > SECONDS.from && time < SECONDS.until) || time > MICROSECONDS_FROM;
}

function fits(value: unknown, { type, nullable }: StreamSchema['fields'][string]): boolean {
  return value === null ? nullable : IS_OF_TYPE[type](value);
}

/** What a page says of its records besides their values. */
function recordsOf(pages: readonly RecordPage[]) {
  return pages.flatMap(({ keys, createdAt, cursors }) => keys.map((key, i) => [key, createdAt[i], cursors[i]]));
}
