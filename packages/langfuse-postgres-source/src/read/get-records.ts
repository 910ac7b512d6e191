import type { GetRequest, RecordPage } from '@sluice/core/source';
import { assertContent } from '@sluice/langfuse-records';
import { TextPage, TextRecords } from '@sluice/tab-separated';
import { type Alone, readAlone } from '@sluice/postgres';
import type { WindowReading } from './read-window.js';
import { recordsByKeyQuery } from '../sql/records-by-key-query.js';
import { selectionOf, withoutFields } from '../sql/selection.js';
import { TraceLookup } from './trace-lookup.js';
import { streamNamed } from '../streams.js';

interface Found {
  readonly records: TextRecords;
  readonly asked: number;
}

/** The current records with the requested keys, page by page. */
export async function* getRecords(request: GetRequest, reading: WindowReading): AsyncGenerator<RecordPage> {
  assertContent(request.fields, reading.content);
  const stream = streamNamed(request.stream);
  const selection = selectionOf(stream, request.fields);
  const { projects, pageSize } = reading;
  for (let start = 0; start < request.keys.length;) {
    const read = (keys: readonly string[], selected = selection): Promise<Found> =>
      reading.run(async (query, copy) => {
        const statement = recordsByKeyQuery({ stream, projects, selection: selected }, keys);
        const records = TextRecords.of(await copy(statement), statement.columns);
        await new TraceLookup(selected.trace, projects).fillIn(records, copy);
        await reading.beforeEnd(query);
        return { records, asked: keys.length };
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
    const { records } = page;
    if (records.count === 0) continue;
    yield new TextPage({ part: 'asked', records, selection, cursorOf: (record) => records.key(record), problem });
  }
}
