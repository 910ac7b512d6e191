import type { GetRequest, RecordPage } from '@sluice/core/source';
import { decodeRows } from './decode-value.js';
import { readAlone, type Alone } from './read-alone.js';
import type { TextRow } from './query.js';
import type { WindowReading } from './read-window.js';
import { recordsByKeyQuery } from '../sql/records-by-key-query.js';
import { selectionOf, withoutFields } from '../sql/selection.js';
import { streamNamed } from '../streams.js';

interface Found {
  readonly rows: readonly { readonly key: string; readonly createdAtMs: number; readonly values: TextRow }[];
  readonly asked: number;
}

/** The current records with the requested keys, page by page. */
export async function* getRecords(request: GetRequest, reading: WindowReading): AsyncGenerator<RecordPage> {
  const stream = streamNamed(request.stream);
  const selection = selectionOf(stream, request.fields);
  const { projects, pageSize } = reading;
  for (let start = 0; start < request.keys.length;) {
    const read = (keys: readonly string[], selected = selection): Promise<Found> =>
      reading.run(async (query) => {
        const rows = await query(recordsByKeyQuery({ stream, projects, selection: selected }, keys));
        await reading.beforeEnd(query);
        const found = rows.map(([key, at, ...values]) => ({ key: key ?? '', createdAtMs: Number(at), values }));
        return { rows: found, asked: keys.length };
      });
    const from = start;
    const { page, problem } = await reading.paceOf(stream.name).run(async (lookedAt): Promise<Alone<Found>> => {
      const keys = request.keys.slice(from, from + Math.min(pageSize, lookedAt));
      try {
        return { page: await read(keys) };
      } catch (error) {
        if (lookedAt > 1) throw error;
        return readAlone(error, stream.name, () => read(keys, withoutFields(selection)));
      }
    });
    start += page.asked;
    if (page.rows.length === 0) continue;
    const keys = page.rows.map(({ key }) => key);
    yield {
      part: 'asked',
      ...decodeRows(
        selection,
        page.rows.map(({ values }) => values),
        problem,
      ),
      keys,
      createdAt: page.rows.map(({ createdAtMs }) => createdAtMs),
      cursors: keys,
    };
  }
}
