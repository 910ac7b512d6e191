import type { StreamLayout } from '../layout/stream-layout.js';
import type { Selection } from './selection.js';
import { joined, literal, raw, sql, type Sql } from './sql.js';
import type { TimeRange } from './times.js';

/** A record by the ids of its project and its own. */
export type RecordKey = readonly [project: string, id: string];

/** Records of a stream with their values. */
export interface RecordsQuery {
  readonly layout: StreamLayout;
  readonly selection: Selection;
  /** A list or a sub-query of (project, column) for the rows of the records, by a column of their table. */
  readonly keys: (column: string) => Sql;
  readonly membership: Sql;
  readonly order: Sql;
  readonly ranges: Ranges;
  /** Further records, and further traces to join, that are outside the ranges. */
  readonly farRecords?: readonly RecordKey[];
  readonly farTraces?: readonly RecordKey[];
}

/** The event times among which rows are looked for; absent: any. */
export interface Ranges {
  readonly records: TimeRange | undefined;
  readonly traces: TimeRange | undefined;
  readonly totals: TimeRange | undefined;
}

export function recordsQuery(query: RecordsQuery): Sql {
  const { layout, selection, keys, membership, order, ranges, farRecords = [] } = query;
  const columns = selection.recordColumns;
  const near = layout.relation({ keys: keys(layout.id), range: ranges.records, columns });
  const far =
    farRecords.length === 0 ? [] : [layout.relation({ keys: keyList(farRecords), range: undefined, columns })];
  const names = ['project_id', 'id', 'created_at', 'happened_at', 'event_ts', 'is_deleted', ...columns];
  return sql`SELECT ${raw(selection.values.join(', '))}
FROM (SELECT ${raw([...new Set(names)].join(', '))} FROM (${union([near, ...far])}) WHERE ${membership}) AS r${joins(query)}
${order}`;
}

function joins({ layout, selection, keys, ranges, farRecords = [], farTraces = [] }: RecordsQuery): Sql {
  const parts: Sql[] = [];
  if (selection.joins.has('trace')) {
    const columns = selection.traceColumns;
    const near = layout.joined('trace', { keys: keys('trace_id'), range: ranges.traces, columns });
    const far =
      farTraces.length === 0 ? [] : [layout.joined('trace', { keys: keyList(farTraces), range: undefined, columns })];
    parts.push(sql`
LEFT JOIN (${union([near, ...far])}) AS trace ON trace.t_project = r.project_id AND trace.t_id = r.trace_id`);
  }
  if (selection.joins.has('totals')) {
    const near = layout.joined('totals', { keys: keys(layout.id), range: ranges.totals, columns: [] });
    parts.push(sql`
LEFT JOIN (${farRecords.length === 0 ? near : withFarTotals(near, layout, farRecords)}) AS totals ON totals.x_project = r.project_id AND totals.x_trace = r.id`);
  }
  return joined(parts, '');
}

/** What happened with a far record is around its own time, and not only around the times of the others. */
function withFarTotals(near: Sql, layout: StreamLayout, farRecords: readonly RecordKey[]): Sql {
  const keys = keyList(farRecords);
  const far = layout.joined('totals', { keys, range: undefined, columns: [] });
  return union([sql`SELECT * FROM (${near}) WHERE (x_project, x_trace) NOT IN ${keys}`, far]);
}

function union(statements: readonly Sql[]): Sql {
  return statements.length === 1
    ? joined(statements, '')
    : joined(
        statements.map((each) => sql`SELECT * FROM (${each})`),
        '\nUNION ALL\n',
      );
}

/**
 * How long a list of keys in a statement may be, in bytes. ClickHouse accepts statements of 256 KiB, and one has up to five
 * lists.
 */
export const LONGEST_LIST = 40_000;

/** Keys in groups of at most `most`, and of fewer where ids are long: each for a list in a statement. */
export function keyGroups(keys: readonly RecordKey[], most: number): readonly (readonly RecordKey[])[] {
  const groups: RecordKey[][] = [];
  let bytes = 0;
  for (const key of keys) {
    const size = Buffer.byteLength(literal(key));
    const group = groups.at(-1);
    if (group === undefined || group.length === most || bytes + size > LONGEST_LIST) {
      groups.push([key]);
      bytes = size;
    } else {
      group.push(key);
      bytes += size;
    }
  }
  return groups;
}

export function keyList(keys: readonly RecordKey[]): Sql {
  return raw(`(${keys.map((key) => literal(key)).join(', ')})`);
}

/** Which of some records there are, at any time. So few that their Bloom filters tell where to look. */
export function existingKeysQuery(table: string, id: string, keys: readonly RecordKey[]): Sql {
  return sql`SELECT DISTINCT project_id, ${raw(id)} FROM ${raw(table)} WHERE (project_id, ${raw(id)}) IN ${keyList(keys)}`;
}
