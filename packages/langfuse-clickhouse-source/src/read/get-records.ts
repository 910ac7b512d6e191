import type { GetRequest, RecordPage } from '@sluice/core/source';
import { assertContent } from '@sluice/langfuse-records';
import { TextPage } from '@sluice/tab-separated';
import { keyGroups, keyList, type RecordKey } from '../sql/records-query.js';
import { selectionOf } from '../sql/selection.js';
import { allOf, raw, sql, type Sql } from '../sql/sql.js';
import { inProjects } from '../sql/window-part.js';
import type { Reading } from './reading.js';
import { withFarTraces } from './read-slice.js';
import { keyOf } from './record-key.js';

/** So many keys make a statement of a few kilobytes, and read little. */
const AT_ONCE = 100;

/** The current records with the requested keys, page by page. */
export async function* getRecords(request: GetRequest, reading: Reading): AsyncGenerator<RecordPage> {
  assertContent(request.fields, reading.content);
  const layout = await reading.layoutOf(request.stream);
  const selection = selectionOf(layout, request.fields, await reading.projectNames(request.fields));
  const pace = reading.paceOf(request.stream);
  const keys = request.keys.map(keyOf).filter((key) => key !== undefined);
  for (let start = 0, length = AT_ONCE; start < keys.length;) {
    const [asked = []] = keyGroups(keys.slice(start, start + length), length);
    const records = await withFarTraces(
      {
        layout,
        selection,
        keys: (column) => rowsOf(layout, asked, column),
        membership: allOf([raw('is_deleted = 0'), layout.condition.records, inProjects(reading.projects)]),
        order: raw(''),
        ranges: { records: undefined, traces: undefined, totals: undefined },
      },
      asked.length,
      reading,
      pace,
    );
    if (records === undefined) {
      length = Math.max(1, Math.floor(asked.length / 4));
      continue;
    }
    start += asked.length;
    if (records.count > 0)
      yield new TextPage({ part: 'asked', records, selection, cursorOf: (record) => records.key(record) });
  }
  await reading.beforeEnd();
}

function rowsOf(
  { table, id }: { readonly table: string; readonly id: string },
  keys: readonly RecordKey[],
  column: string,
): Sql {
  if (column === id) return keyList(keys);
  return sql`(SELECT project_id, ${raw(column)} FROM ${raw(table)} WHERE (project_id, ${raw(id)}) IN ${keyList(keys)})`;
}
