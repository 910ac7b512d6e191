import type { StreamLayout } from '../layout/stream-layout.js';
import { existingKeysQuery, keyGroups, type RecordKey } from '../sql/records-query.js';
import { allOf, raw, sql, type Sql } from '../sql/sql.js';
import { inRange, type TimeRange } from '../sql/times.js';
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
  return existing(table, id, missing, asking);
}

/** The traces of new or changed observations that are not around their times. */
export async function farDerived(
  { table, id, happened }: StreamLayout,
  keys: Sql,
  told: readonly RecordKey[] | undefined,
  searched: TimeRange,
  asking: Asking,
): Promise<readonly RecordKey[] | 'everywhere'> {
  const conditions = allOf([inRange(happened, searched), sql`(project_id, ${raw(id)}) IN ${keys}`]);
  const near = await keysIn(sql`SELECT DISTINCT project_id, ${raw(id)} FROM ${raw(table)} WHERE ${conditions}`, asking);
  const wanted = told ?? (await keysIn(sql`SELECT DISTINCT * FROM ${keys}`, asking));
  if (near.length === wanted.length) return [];
  const found = new Set(near.map((key) => JSON.stringify(key)));
  return existing(
    table,
    id,
    wanted.filter((key) => !found.has(JSON.stringify(key))),
    asking,
  );
}

async function keysIn(statement: Sql, { connection, signal }: Asking): Promise<readonly RecordKey[]> {
  const rows = await connection.rows(statement, { signal });
  return rows.map(([project = '', id = '']): RecordKey => [project, id]);
}

/** Which records there are, or that they are too many to look up or to name in a statement. */
async function existing(
  table: string,
  id: string,
  keys: readonly RecordKey[],
  asking: Asking,
): Promise<readonly RecordKey[] | 'everywhere'> {
  if (keys.length > LOOKED_UP) return 'everywhere';
  const found: RecordKey[] = [];
  for (const group of keyGroups(keys, AT_ONCE))
    found.push(...(await keysIn(existingKeysQuery(table, id, group), asking)));
  return keyGroups(found, LOOKED_UP).length > 1 ? 'everywhere' : found;
}
