import { raw, sql, type Sql } from '../sql/sql.js';
import { DAY_MS } from '../sql/times.js';
import { newestRows, selected } from './newest-rows.js';
import { schemaOf } from './stream-fields.js';
import type { RelationRequest, StreamLayout, TableColumns } from './stream-layout.js';

const CONDITION = raw(`data_type IN ('NUMERIC', 'BOOLEAN', 'CATEGORICAL', 'TEXT')`);

/** Scores, which v4 keeps as v3 does. Where their traces are differs. */
export function scoresLayout(columns: TableColumns): Omit<StreamLayout, 'fields' | 'cause' | 'traces' | 'joined'> {
  return {
    name: 'score',
    schema: schemaOf('score'),
    table: 'scores',
    id: 'id',
    happened: 'timestamp',
    // A correction of an output is in the table of scores, but is not a score.
    condition: { rows: CONDITION, records: CONDITION, columns: ['data_type'] },
    isGroup: false,
    reach: VERSIONS,
    relation: (request) => legacyRelation({ table: 'scores', happened: 'timestamp' }, columns, request),
  };
}

/** A row and its versions are of the same time, unless somebody corrected it. */
export const VERSIONS = { beforeMs: 2 * DAY_MS, afterMs: 2 * DAY_MS };

/** The newest versions of rows of a table of v3. */
export function legacyRelation(
  { table, happened }: Pick<StreamLayout, 'table' | 'happened'>,
  known: TableColumns,
  { keys, range, columns }: RelationRequest,
): Sql {
  const always = ['project_id', 'id', 'created_at', 'event_ts', 'is_deleted', `${happened} AS happened_at`];
  return newestRows({
    table,
    id: 'id',
    happened,
    columns: [...always, ...selected(columns, known.get(table))],
    where: sql`(project_id, id) IN ${keys}`,
    range,
  });
}
