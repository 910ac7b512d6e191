import type { Window } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import { allOf, NOTHING, raw, sql, type Sql, timestampText } from '@sluice/postgres';
import type { LangfuseStream } from '../streams.js';
import {
  after,
  between,
  fromStartOn,
  inProjects,
  ofStream,
  sliceEnd,
  upTo,
  type KeysetPosition,
} from './record-conditions.js';
import type { RecordStatement } from './record-columns.js';
import { columnsOf, fieldsOfPage, type Selection } from './selection.js';

export interface PageQuery {
  readonly stream: LangfuseStream;
  readonly projects: Projects;
  readonly window: Window;
  readonly selection: Selection;
  readonly limit: number;
}

/** A part of a window whose records are read in the order of one of their own times. */
export type RecordPart = 'event' | 'created' | 'changed';

/** The end of the next `rows` rows of a part's table, records or not: (time, id). */
export function recordSliceQuery(
  { stream, window }: PageQuery,
  part: RecordPart,
  position: KeysetPosition | undefined,
  rows: number,
): Sql {
  const time = timeOf(stream, part);
  const conditions = [rangeOf(stream, window, part), after(`r.${time}`, 'r.id', position)];
  return sliceEnd('r', stream.table, time, conditions, rows);
}

/** The next records of a part, not beyond `end`. The further column is the time that orders them. */
export function recordPageQuery(
  query: PageQuery,
  part: RecordPart,
  position: KeysetPosition | undefined,
  end?: KeysetPosition,
): RecordStatement {
  const { stream, projects, selection, limit } = query;
  const time = timeOf(stream, part);
  const orderTime = `r.${time}`;
  const conditions = allOf([
    rangeOf(stream, query.window, part),
    ...membership(query, part),
    after(orderTime, 'r.id', position),
    upTo(orderTime, 'r.id', end),
    ofStream(stream),
    inProjects('r', projects),
  ]);
  const page = sql`
  SELECT ${raw(columnsOf(selection, time))}
  FROM ${raw(stream.table)} AS r
  WHERE ${conditions}
  ORDER BY ${raw(orderTime)}, r.id
  LIMIT ${limit}`;
  return fieldsOfPage(selection, page, [orderTime]);
}

function timeOf(stream: LangfuseStream, part: RecordPart): string {
  return part === 'event' ? stream.eventTime : 'created_at';
}

function rangeOf(stream: LangfuseStream, { from, until, revisitMs }: Window, part: RecordPart): Sql {
  const [first, end] = part === 'changed' ? [from - revisitMs, from] : [from, until];
  return between(`r.${timeOf(stream, part)}`, first, end);
}

function membership({ stream, window }: PageQuery, part: RecordPart): readonly Sql[] {
  const { from, createdBefore } = window;
  if (part === 'event') {
    return [createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`];
  }
  if (part === 'created') return [fromStartOn(stream, window)];
  return [sql`r.updated_at >= ${timestampText(from)}::timestamp`, fromStartOn(stream, window)];
}
