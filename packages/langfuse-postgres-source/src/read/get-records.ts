import type { GetRequest, RecordPage } from '@sluice/core/source';
import { decodeRow } from './decode-value.js';
import type { WindowReading } from './read-window.js';
import { recordsByKeyQuery } from '../sql/records-by-key-query.js';
import { selectionOf } from '../sql/selection.js';
import { streamNamed } from '../streams.js';

/** The current records with the requested keys, page by page. */
export async function* getRecords(request: GetRequest, reading: WindowReading): AsyncGenerator<RecordPage> {
  const stream = streamNamed(request.stream);
  const selection = selectionOf(stream, request.fields);
  const { projects, pageSize } = reading;
  for (let start = 0; start < request.keys.length; start += pageSize) {
    const wanted = request.keys.slice(start, start + pageSize);
    const found = await reading.run(async (query) => {
      const rows = await query(recordsByKeyQuery({ stream, projects, selection }, wanted));
      await reading.beforeEnd(query);
      return rows;
    });
    if (found.length === 0) continue;
    const keys = found.map(([key]) => key ?? '');
    yield {
      part: 'asked',
      rows: found.map(([, , ...values]) => decodeRow(selection.fields, values)),
      keys,
      createdAt: found.map(([, createdAtMs]) => Number(createdAtMs)),
      cursors: keys,
    };
  }
}
