import { anObservationVersion, aSpanVersion, insertVersions } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { aSource, everything, pagesOf } from './a-source.js';
import { anEmptiedDatabase } from './test-database.js';

/** No double holds the microseconds of the last ones. */
const TIMES = [
  '1900-01-01 00:00:00.000000',
  '1969-12-31 23:59:59.999501',
  '1970-01-01 00:00:00.000001',
  '2260-01-01 00:00:00.000001',
  '2260-01-01 00:00:00.000003',
  '2299-12-30 00:00:00.000001',
  '2299-12-30 00:00:00.000003',
];

for (const sliceRows of [1, 2, 100]) {
  it(`spans of far times are read once each in statements of ${sliceRows}, and from every cursor on`, async () => {
    const url = await anEmptiedDatabase('v4');
    const spans = TIMES.map((start, index) =>
      aSpanVersion({ span_id: `span-${index}`, start_time: start, created_at: '2026-01-10 10:00:00.000' }),
    );
    await insertVersions(url, 'events_full', spans);
    const source = aSource(url, { tables: 'events', sliceRows, pageSize: 2 });
    const request = { window: everything('observation'), fields: [{ field: 'id' }] };
    const pages = await pagesOf(source, request);
    const ids = spans.map((span) => span.span_id);
    expect(pages.flatMap(({ rows }) => rows.map(([id]) => id))).to.deep.equal(ids);
    for (const [index, after] of pages.flatMap(({ cursors }) => cursors).entries()) {
      const rest = await pagesOf(source, { ...request, after });
      expect(rest.flatMap(({ rows }) => rows.map(([id]) => id))).to.deep.equal(ids.slice(index + 1));
    }
  });
}

it('a record with two versions of one moment is in one window of either axis, whichever was written first', async () => {
  const url = await anEmptiedDatabase('v3');
  const ids = Array.from({ length: 30 }, (_, index) => `generation-${index}`);
  const version = (id: string, createdAt: string, start: string) =>
    anObservationVersion({ id, start_time: start, created_at: createdAt, event_ts: '2026-01-10 15:00:00.000' });
  const early = ids.map((id) => version(id, '2026-01-10 10:10:00.000', '2026-01-10 10:00:00.000'));
  // Another day is another sorting key: both rows remain.
  const late = ids.map((id) => version(id, '2026-01-10 11:10:00.000', '2026-01-11 10:00:00.000'));
  for (const rows of [early.slice(0, 15), late.slice(0, 15), late.slice(15), early.slice(15)])
    await insertVersions(url, 'observations', rows);
  const source = aSource(url);
  const hour = Date.UTC(2026, 0, 10, 11);
  // ClickHouse may read parts of a table in another order each time.
  for (const axis of ['change', 'event', 'change', 'event', 'change', 'change', 'change'] as const) {
    const windows = [
      { from: hour - 3_600_000, until: hour },
      { from: hour, until: hour + 48 * 3_600_000 },
    ];
    const found: string[] = [];
    for (const { from, until } of windows) {
      const window = { stream: 'generation', axis, from, until, revisitMs: 0 };
      for (const page of await pagesOf(source, { window, fields: [{ field: 'id' }] })) found.push(...page.keys);
    }
    expect(found.toSorted(), axis).to.deep.equal(ids.map((id) => `project-1/${id}`).toSorted());
  }
});
