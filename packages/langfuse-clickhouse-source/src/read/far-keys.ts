import type { StreamLayout } from '../layout/stream-layout.js';
import type { PositionRange } from '../sql/position.js';
import { existingKeysQuery, type RecordKey } from '../sql/records-query.js';
import { raw, sql } from '../sql/sql.js';
import { inRange, type TimeRange } from '../sql/times.js';
import { candidateKeys, type PartRequest } from '../sql/window-part.js';
import type { Reading } from './reading.js';

/** The Bloom filters of the tables tell where so many keys are. */
const AT_ONCE = 50;

/** More keys are not looked up one by one. */
const LOOKED_UP = 1000;

type Asking = Pick<Reading, 'connection' | 'signal'>;

/** Which traces there are of those that were not found around the times of what belongs to them. */
export async function farTraces(
  { traces: { table, id } }: StreamLayout,
  missing: readonly RecordKey[],
  asking: Asking,
): Promise<readonly RecordKey[] | 'everywhere'> {
  if (missing.length > LOOKED_UP) return 'everywhere';
  return existing(table, id, missing, asking);
}

/** The traces that new or changed observations belong to, and that are not around their times. */
export async function farDerived(
  request: PartRequest,
  range: PositionRange,
  happened: TimeRange,
  searched: TimeRange,
  asking: Asking,
): Promise<readonly RecordKey[]> {
  const { table, id, happened: time } = request.layout;
  const causes = candidateKeys(request, range, happened, undefined);
  const rows = await asking.connection.rows(
    sql`SELECT DISTINCT * FROM ${causes}
WHERE (project_id, ${raw(request.layout.cause?.key ?? id)}) NOT IN (
  SELECT project_id, ${raw(id)} FROM ${raw(table)} WHERE ${inRange(time, searched)} AND (project_id, ${raw(id)}) IN ${causes}
)`,
    { signal: asking.signal },
  );
  const missing = rows.map(([project = '', key = '']): RecordKey => [project, key]);
  return existing(table, id, missing, asking);
}

async function existing(
  table: string,
  id: string,
  keys: readonly RecordKey[],
  { connection, signal }: Asking,
): Promise<readonly RecordKey[]> {
  const found: RecordKey[] = [];
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const rows = await connection.rows(existingKeysQuery(table, id, keys.slice(start, start + AT_ONCE)), { signal });
    found.push(...rows.map(([project = '', key = '']): RecordKey => [project, key]));
  }
  return found;
}
