import { executeStatement } from './clickhouse-connection.js';
import { insertVersions } from './insert-versions.js';
import { movedTime } from './moved-time.js';
import { shareOfId } from './share-of-id.js';
import type { TraceVersion } from './version-rows.js';

/** Adds copies of some traces and deletes them, by a version that deletes or, as Langfuse does, by DELETE. */
export async function deleteSomeTraces(url: string, traces: readonly TraceVersion[]): Promise<void> {
  const copies = traces
    .filter(({ id }) => shareOfId(id, 'deleted') < 0.02)
    .map((trace) => ({ ...trace, id: `deleted-${trace.id}` }));
  const byVersion = copies.filter(({ id }) => shareOfId(id, 'how') < 0.5);
  await insertVersions(url, 'traces', copies);
  await insertVersions(
    url,
    'traces',
    byVersion.map((trace) => ({ ...trace, is_deleted: 1, event_ts: movedTime(trace.event_ts, 1) })),
  );
  const others = copies.filter((copy) => !byVersion.includes(copy)).map(({ id }) => `'${id}'`);
  if (others.length > 0) await executeStatement(url, `DELETE FROM traces WHERE id IN (${others.join(', ')})`);
}
