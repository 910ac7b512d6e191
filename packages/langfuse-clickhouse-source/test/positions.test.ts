import { aSpanVersion, insertVersions } from '@sluice/langfuse-history';
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
