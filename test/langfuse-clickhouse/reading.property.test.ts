import type { RecordPage, Source, Window } from '@sluice/core/source';
import { createSharedClickHouseDatabase } from '@sluice/embedded-clickhouse';
import { langfuseClickHouseSource } from '@sluice/langfuse-clickhouse-source';
import { clickHouseSchema, executeStatement, insertVersions } from '@sluice/langfuse-history';
import { anAdapterContext, testRuns } from '@sluice/testkit';
import { expect } from 'chai';
import fc from 'fast-check';
import { DAY, someSpans, someVersions, START } from './arbitrary-versions.js';
import { keySums, type ExpectedRecord } from './expected-record.js';
import { recordsOfSpans } from './records-of-spans.js';
import { recordsOfVersions } from './records-of-versions.js';

const HOUR = 3_600_000;
const TABLES = { v3: 'legacy', v4: 'events' };
const STREAMS = ['trace', 'generation', 'observation', 'score'];
/** Every version is between them by both of its times. */
const [FROM, UNTIL] = [START - 80 * DAY, START + DAY];

/** Times at which the history is cut into windows. */
const cuts = fc.array(
  fc.oneof(fc.integer({ min: FROM, max: UNTIL }), fc.integer({ min: START, max: START + 5 * HOUR })),
  {
    maxLength: 2,
  },
);

/** What is written to each version's tables, and what records that makes. */
const VERSIONS = [
  {
    version: 'v3',
    drawn: someVersions.map((versionsOf) => (run: number) => {
      const versions = versionsOf(run);
      return { rows: Object.entries(versions), records: recordsOfVersions(versions) };
    }),
  },
  {
    version: 'v4',
    drawn: someSpans.map((spansOf) => (run: number) => {
      const { spans, scores } = spansOf(run);
      return { rows: Object.entries({ events_full: spans, scores }), records: recordsOfSpans({ spans, scores }) };
    }),
  },
] as const;

for (const { version, drawn } of VERSIONS) {
  describe(`the records of Langfuse ${version}, whatever versions of them were written`, function () {
    this.timeout(600_000);
    let url: string;
    let run = 0;

    before(async () => {
      url = await createSharedClickHouseDatabase(`versions_${version}`);
      for (const statement of clickHouseSchema(version)) await executeStatement(url, statement);
    });

    it('come with their newest version, each once, in windows by either axis, by key and in the digest', async () => {
      await fc.assert(
        fc.asyncProperty(drawn, cuts, fc.integer({ min: 1, max: 9 }), async (writtenIn, times, pageSize) => {
          run += 1;
          const { rows, records } = writtenIn(run);
          for (const [table, versions] of rows) await insertVersions(url, table, versions);
          const projects = [`run-${run}-a`, `run-${run}-b`];
          const options = { url, projects, pageSize, sliceRows: pageSize + 2, tables: TABLES[version] };
          const source = langfuseClickHouseSource.create(
            langfuseClickHouseSource.config.parse(options),
            anAdapterContext(),
          );
          try {
            await source.open();
            for (const stream of STREAMS) {
              const expected = records.filter((record) => record.stream === stream);
              await comparesByWindows(source, stream, expected, times);
              await comparesByKey(source, stream, expected);
              await comparesDigest(source, stream, expected);
            }
          } finally {
            await source.close();
          }
        }),
        // Shrinking takes long against a server, and the seed says how to come back.
        { numRuns: testRuns(4), endOnFailure: true, seed: Number(process.env['SLUICE_SEED'] ?? 11) },
      );
    });
  });
}

async function comparesByWindows(
  source: Source,
  stream: string,
  expected: readonly ExpectedRecord[],
  times: readonly number[],
): Promise<void> {
  const bounds = [FROM, ...times.toSorted((a, b) => a - b), UNTIL];
  for (const [axis, timeOf] of [
    ['event', (record: ExpectedRecord) => record.happenedAt],
    ['change', (record: ExpectedRecord) => record.createdAt],
  ] as const) {
    for (const [index, until] of bounds.slice(1).entries()) {
      const window = { stream, axis, from: bounds[index] ?? FROM, until, revisitMs: 0 };
      const inWindow = expected.filter((record) => timeOf(record) >= window.from && timeOf(record) < until);
      const pages = await pagesOf(source, window, inWindow[0]);
      expect(found(pages, inWindow[0]), `${axis} ${stream}`).to.deep.equal(inOrder(inWindow));
      const cursor = pages[0]?.cursors.at(-1);
      if (cursor === undefined || index > 0) continue;
      const rest = await pagesOf(source, window, inWindow[0], cursor);
      expect(rest.flatMap(({ keys }) => keys)).to.deep.equal(pages.slice(1).flatMap(({ keys }) => keys));
    }
  }
}

async function comparesByKey(source: Source, stream: string, expected: readonly ExpectedRecord[]): Promise<void> {
  if (expected[0] === undefined) return;
  const fields = fieldsOf(expected[0]);
  const keys = [...expected.map(({ key }) => key), 'no/record'];
  const pages: RecordPage[] = [];
  for await (const page of source.get?.({ stream, keys, fields }) ?? []) pages.push(page);
  expect(found(pages, expected[0]), `by key ${stream}`).to.deep.equal(inOrder(expected));
}

async function comparesDigest(source: Source, stream: string, expected: readonly ExpectedRecord[]): Promise<void> {
  const hourOf = ({ createdAt }: ExpectedRecord): number => Math.floor(createdAt / HOUR) * HOUR;
  const hours = [...new Set(expected.map(hourOf))].toSorted((a, b) => a - b);
  const digests = await source.digest?.({ stream, from: START, until: START + DAY, handover: START + DAY });
  const nonEmpty = digests?.filter(({ records }) => records > 0);
  expect(nonEmpty, `digest ${stream}`).to.deep.equal(
    hours.map((hour) => {
      const keys = expected.filter((record) => hourOf(record) === hour).map(({ key }) => key);
      return { hour, records: keys.length, sums: keySums(keys) };
    }),
  );
}

async function pagesOf(
  source: Source,
  window: Window,
  example: ExpectedRecord | undefined,
  after?: string,
): Promise<RecordPage[]> {
  const pages: RecordPage[] = [];
  const fields = example === undefined ? [{ field: 'id' }] : fieldsOf(example);
  for await (const page of source.read({ window, fields, ...(after !== undefined && { after }) })) pages.push(page);
  return pages;
}

function fieldsOf({ values }: ExpectedRecord) {
  return Object.keys(values).map((field) => ({ field }));
}

/** The records of pages, as an oracle describes them. */
function found(pages: readonly RecordPage[], example: ExpectedRecord | undefined): unknown[] {
  const names = Object.keys(example?.values ?? {});
  return pages
    .flatMap(({ rows, keys, createdAt }) =>
      rows.map((row, index) => ({
        key: keys[index],
        createdAt: createdAt[index],
        values: Object.fromEntries(names.map((name, position) => [name, row[position]])),
      })),
    )
    .toSorted(byKey);
}

function inOrder(records: readonly ExpectedRecord[]): unknown[] {
  return records.map(({ key, createdAt, values }) => ({ key, createdAt, values })).toSorted(byKey);
}

function byKey(
  { key: a = '' }: { readonly key?: string | undefined },
  { key: b = '' }: { readonly key?: string | undefined },
) {
  return a < b ? -1 : Number(a > b);
}
