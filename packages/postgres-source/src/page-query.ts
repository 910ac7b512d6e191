import type { Window } from '@sluice/core/source';
import { allOf, boundedMs, joined, LATEST_MS, NOTHING, raw, sql, type Sql } from '@sluice/postgres';
import type { TextColumns } from '@sluice/tab-separated';
import { recordColumns, type Selection, type TableStream } from './table-stream.js';

/** A part of a window, in reading order. */
export const PARTS = ['event', 'created', 'changed'] as const;
export type ReadPart = (typeof PARTS)[number];

/** A position in the order of a part: the time as the column has it, in full precision, and the columns of the key. */
export type Position = readonly string[];

/** A statement whose rows are records. */
export interface RecordStatement extends Sql {
  readonly columns: TextColumns;
}

export interface PageQuery {
  readonly stream: TableStream;
  readonly window: Window;
  readonly part: ReadPart;
  readonly selection: Selection;
  readonly limit: number;
}

/** What orders a part: its time, and then the key. */
function orderOf(stream: TableStream, part: ReadPart): readonly string[] {
  return [(part === 'event' ? stream.event : stream.created).order, ...stream.keyColumns];
}

/** The next records of a part after a position, not beyond `end`. The further columns are the position of each. */
export function pageQuery(query: PageQuery, after: Position | undefined, end: Position | undefined): RecordStatement {
  const { stream, part, selection, limit } = query;
  const order = orderOf(stream, part);
  const columns = recordColumns(stream, selection, order);
  const conditions = allOf([
    rangeOf(query),
    ...membership(query),
    compared(order, '>', after),
    compared(order, '<=', end),
  ]);
  const statement = sql`SELECT ${columns.list}
FROM ${raw(stream.relation)} AS r
WHERE ${conditions}
ORDER BY ${raw(order.join(', '))}
LIMIT ${limit}`;
  return { ...statement, columns };
}

/** The position of the last of the next `rows` rows of a part, whether they belong to it or not; no row at the end. */
export function sliceQuery(query: PageQuery, after: Position | undefined, rows: number): Sql {
  const { stream, part } = query;
  const order = orderOf(stream, part);
  return sql`SELECT ${raw(order.map((each) => `${each}::text`).join(', '))}
FROM ${raw(stream.relation)} AS r
WHERE ${allOf([rangeOf(query), compared(order, '>', after)])}
ORDER BY ${raw(order.join(', '))} OFFSET ${rows - 1} LIMIT 1`;
}

/** The comparison of the time alone adds no condition: it lets every planner begin its index scan there. */
function compared(order: readonly string[], operator: '>' | '<=', position: Position | undefined): Sql {
  if (position === undefined) return NOTHING;
  const [time = ''] = order;
  const values = joined(
    position.map((value) => sql`${value}`),
    ', ',
  );
  return sql`${raw(time)} ${raw(operator === '>' ? '>=' : '<=')} ${position[0] ?? ''}
  AND (${raw(order.join(', '))}) ${raw(operator)} (${values})`;
}

function rangeOf({ stream, window: { from, until, revisitMs }, part }: PageQuery): Sql {
  if (part === 'event') return stream.event.range(from, until);
  return part === 'created' ? stream.created.range(from, until) : stream.created.range(from - revisitMs, from);
}

function membership({ stream, window, part }: PageQuery): readonly Sql[] {
  const { from, createdBefore, eventFrom } = window;
  if (part === 'event') return [createdBefore === undefined ? NOTHING : before(stream, createdBefore)];
  const changed = part === 'changed' ? (stream.updated?.range(from, Infinity) ?? raw('false')) : NOTHING;
  return [changed, fromStartOn(stream, createdBefore, eventFrom)];
}

function before(stream: TableStream, createdBefore: number): Sql {
  return stream.created.range(-Infinity, createdBefore);
}

/** Records created before the handover count only if their event time is not before the start of the pipeline. */
export function fromStartOn(
  stream: TableStream,
  createdBefore: number | undefined,
  eventFrom: number | undefined,
): Sql {
  if (createdBefore === undefined || eventFrom === undefined) return NOTHING;
  return sql`((${stream.created.range(createdBefore, Infinity)}) OR (${stream.event.range(eventFrom, Infinity)}))`;
}

/**
 * The time of the first record at or after `from`: one probe of the index by which pages are read. Infinite event times have
 * an answer too, which begins a window that holds them. No window that anybody plans has an infinite time of creation.
 */
export function nextQuery(stream: TableStream, axis: Window['axis'], from: number, createdBefore?: number): Sql {
  const time = axis === 'event' ? stream.event : stream.created;
  const conditions = allOf([
    time.range(from, Infinity),
    createdBefore === undefined ? NOTHING : before(stream, createdBefore),
    sql`isfinite(${raw(stream.created.utc)})`,
  ]);
  return sql`SELECT ${raw(boundedMs(time.utc))}
FROM ${raw(stream.relation)} AS r WHERE ${conditions} ORDER BY ${raw(time.order)} LIMIT 1`;
}

/** The number of records in a window on the axis `event`. */
export function countQuery(stream: TableStream, { from, until, createdBefore }: Window): Sql {
  const conditions = allOf([
    stream.event.range(from, Math.min(until, LATEST_MS + 1)),
    createdBefore === undefined ? NOTHING : before(stream, createdBefore),
  ]);
  return sql`SELECT count(*) FROM ${raw(stream.relation)} AS r WHERE ${conditions}`;
}

/** The records with these keys, given as one list for each column; columns are compared as their type, if there is one. */
export function byKeyQuery(
  stream: TableStream,
  selection: Selection,
  lists: readonly (readonly string[])[],
  types: readonly (string | undefined)[],
): RecordStatement {
  const columns = recordColumns(stream, selection);
  const wanted = lists.map((list, index) => {
    const type = types[index];
    return type === undefined ? sql`${list}::text[]` : sql`${list}::text[]::${raw(type)}[]`;
  });
  const names = lists.map((_, index) => `key${index}`);
  const equal = stream.keyColumns.map((column, index) =>
    raw(`${types[index] === undefined ? `${column}::text` : column} = wanted.key${index}`),
  );
  const statement = sql`SELECT ${columns.list}
FROM unnest(${joined(wanted, ', ')}) AS wanted (${raw(names.join(', '))})
JOIN ${raw(stream.relation)} AS r ON ${allOf(equal)}`;
  return { ...statement, columns };
}
