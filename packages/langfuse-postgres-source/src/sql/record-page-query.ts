import type { Window } from '@sluice/core/source';
import type { LangfuseStream } from '../streams.js';
import {
  after,
  between,
  fromStartOn,
  inProjects,
  ofStream,
  type KeysetPosition,
  type Projects,
} from './record-conditions.js';
import { columnsOf, fieldsOfPage, type Selection } from './selection.js';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';
import { timestampText } from './timestamp-text.js';

export interface PageQuery {
  readonly stream: LangfuseStream;
  readonly projects: Projects;
  readonly window: Window;
  readonly selection: Selection;
  readonly limit: number;
}

/** A part of a window whose records are read in the order of one of their own times. */
export type RecordPart = 'event' | 'created' | 'changed';

/** The next records of a part. Rows start with the time that orders them and the id. */
export function recordPageQuery(query: PageQuery, part: RecordPart, position: KeysetPosition | undefined): Sql {
  const { stream, projects, selection, limit } = query;
  const orderTime = `r.${part === 'event' ? stream.eventTime : 'created_at'}`;
  const conditions = allOf([
    ...membership(query, part),
    after(orderTime, 'r.id', position),
    ofStream(stream),
    inProjects('r', projects),
  ]);
  const page = sql`
  SELECT ${raw(columnsOf(selection))}, ${raw(orderTime)} AS order_time, r.id AS order_id
  FROM ${raw(stream.table)} AS r
  WHERE ${conditions}
  ORDER BY ${raw(orderTime)}, r.id
  LIMIT ${limit}`;
  return fieldsOfPage(selection, page, ['order_time', 'order_id']);
}

function membership({ stream, window }: PageQuery, part: RecordPart): readonly Sql[] {
  const { from, until, revisitMs, createdBefore } = window;
  if (part === 'event') {
    return [
      between(`r.${stream.eventTime}`, from, until),
      createdBefore === undefined ? NOTHING : sql`r.created_at < ${timestampText(createdBefore)}::timestamp`,
    ];
  }
  if (part === 'created') return [between('r.created_at', from, until), fromStartOn(stream, window)];
  return [
    between('r.created_at', from - revisitMs, from),
    sql`r.updated_at >= ${timestampText(from)}::timestamp`,
    fromStartOn(stream, window),
  ];
}
