import type { Window } from '@sluice/core/source';
import type { Projects } from '@sluice/langfuse-records';
import type { StreamLayout } from '../layout/stream-layout.js';
import { inPositions, type PositionRange } from './position.js';
import { allOf, NOTHING, raw, sql, type Sql } from './sql.js';
import { atOrAfter, before, between, inRange, type TimeRange } from './times.js';

/** A part of a window: see `partsOf`. */
export type ReadPart = 'event' | 'created' | 'changed' | 'derived';

/** A part of a window of a stream. */
export interface PartRequest {
  readonly layout: StreamLayout;
  readonly projects: Projects;
  readonly window: Window;
  readonly part: ReadPart;
}

/**
 * The rows that put records into a part, and where these are in its order. A row may be an old version, and a record may
 * have several: the records themselves decide, by `membership`.
 */
interface Candidates {
  readonly table: string;
  readonly id: string;
  /** The column of the time that orders the part; absent: it is ordered by the keys alone. */
  readonly time: string | undefined;
  readonly happened: string;
  readonly where: Sql;
}

/** Following reads new, changed and derived records; a backfill, one part. */
export function partsOf(
  { isGroup, cause }: Pick<StreamLayout, 'isGroup' | 'cause'>,
  { axis, revisitMs, olderOnly }: Pick<Window, 'axis' | 'revisitMs' | 'olderOnly'>,
): readonly ReadPart[] {
  if (axis === 'event') return ['event'];
  const created: readonly ReadPart[] = olderOnly ? [] : ['created'];
  if (revisitMs === 0) return created;
  const changed: readonly ReadPart[] = isGroup ? [] : ['changed'];
  const derived: readonly ReadPart[] = cause === undefined ? [] : ['derived'];
  return [...created, ...changed, ...derived];
}

/** How many keys of a slice are told: so many make a statement of less than the 256 KiB that ClickHouse accepts. */
const TOLD_KEYS = 500;

/**
 * Where the next `rows` rows of a part end, and again: (rows, first and last event time, time, project, id), and for few
 * rows the project, the id and the trace of each as JSON.
 */
export function cutQuery(request: PartRequest, range: PositionRange, rows: number, slices: number): Sql {
  const { table, id, time, happened, where } = candidatesOf(request);
  const place = { time, project: 'project_id', id };
  const at = time === undefined ? 'toInt64(0)' : `toUnixTimestamp64Micro(${time})`;
  const trace = hasTraceId(request) ? `ifNull(trace_id, '')` : `''`;
  return sql`SELECT count(), toUnixTimestamp64Milli(min(row_happened)), toUnixTimestamp64Milli(max(row_happened)),
  tupleElement(max((row_at, project_id, row_id)) AS last, 1), tupleElement(last, 2), tupleElement(last, 3),
  if(count() <= ${TOLD_KEYS}, toJSONString(groupArray(${TOLD_KEYS})([project_id, row_id, row_trace])), '')
FROM (
  SELECT row_at, project_id, row_id, row_trace, row_happened,
    intDiv(row_number() OVER (ORDER BY row_at, project_id, row_id) - 1, ${rows}) AS slice
  FROM (
    SELECT ${raw(at)} AS row_at, project_id, ${raw(id)} AS row_id, ${raw(trace)} AS row_trace, ${raw(happened)} AS row_happened
    FROM ${raw(table)}
    WHERE ${allOf([where, ...inPositions(place, range)])}
    ORDER BY row_at, project_id, row_id
    LIMIT ${rows * slices}
  )
)
GROUP BY slice
ORDER BY slice`;
}

/** Whether the rows that put records into a part have the record's trace. */
function hasTraceId(request: PartRequest): boolean {
  return !isByCause(request) && request.layout.fields.get('trace_id') !== undefined;
}

/**
 * The keys of the records that the rows in a range of the part's order belong to; or another column of the rows beside the
 * project.
 */
export function candidateKeys(
  request: PartRequest,
  range: PositionRange,
  happened: TimeRange,
  column: string | undefined,
): Sql {
  const candidates = candidatesOf(request);
  const { table, id, time, where } = candidates;
  const place = { time, project: 'project_id', id };
  const conditions = allOf([inRange(candidates.happened, happened), where, ...inPositions(place, range)]);
  return sql`(SELECT project_id, ${raw(column ?? id)} FROM ${raw(table)} WHERE ${conditions})`;
}

/** Which records of the relation are in a range of the part's order. */
export function membership(request: PartRequest, range: PositionRange): Sql {
  const { layout, window, part } = request;
  const { from, until, revisitMs, createdBefore } = window;
  const time = orderTime(request, { created: 'created_at', event: 'happened_at' });
  const conditions: Readonly<Record<ReadPart, readonly Sql[]>> = {
    event: [
      between('happened_at', from, until),
      ...(createdBefore === undefined ? [] : [before('created_at', createdBefore)]),
    ],
    created: [between('created_at', from, until)],
    changed: [between('created_at', from - revisitMs, from), atOrAfter('event_ts', from)],
    derived: [
      isByCause(request) ? before('created_at', from) : between('created_at', from - revisitMs, from),
      // These are in the part before.
      layout.isGroup
        ? NOTHING
        : sql`NOT (${between('created_at', from - revisitMs, from)} AND ${atOrAfter('event_ts', from)})`,
    ],
  };
  return allOf([
    raw('is_deleted = 0'),
    ...conditions[part],
    part === 'event' ? NOTHING : fromStartOn(window, 'happened_at'),
    layout.condition.records,
    ...inPositions({ time, project: 'project_id', id: 'id' }, range),
  ]);
}

/** Whether only the causes of the records lead to them: their times are not those of the records. */
export function isByCause({ layout, part }: PartRequest): boolean {
  return part === 'derived' && layout.cause?.isRecord === true;
}

function candidatesOf(request: PartRequest): Candidates {
  const { layout, window, part, projects } = request;
  const { table, id, happened, condition } = layout;
  const { from, until, revisitMs, createdBefore } = window;
  if (isByCause(request)) return causesOf(request);
  const conditions: Readonly<Record<ReadPart, readonly Sql[]>> = {
    event: [
      between(happened, from, until),
      // A group that was created before may have begun with a row that came later, as the root of a trace does.
      ...(createdBefore === undefined || layout.isGroup ? [] : [before('created_at', createdBefore)]),
    ],
    created: [between('created_at', from, until)],
    changed: [between('created_at', from - revisitMs, from), atOrAfter('event_ts', from)],
    derived: [between('created_at', from - revisitMs, from), derivedFrom(request)],
  };
  return {
    table,
    id,
    happened,
    time: orderTime(request, { created: 'created_at', event: happened }),
    where: allOf([
      ...conditions[part],
      part === 'event' || layout.isGroup ? NOTHING : fromStartOn(window, happened),
      condition.rows,
      inProjects(projects),
    ]),
  };
}

/** Traces by the new and changed rows of their observations: these name the keys. */
function causesOf({ layout, window, projects }: PartRequest): Candidates {
  const { table, happened, key } = layout.cause ?? { ...layout, key: layout.id };
  const where = allOf([newOrChanged(window), sql`${raw(key)} != ''`, inProjects(projects)]);
  return { table, id: key, happened, time: undefined, where };
}

/** The children of new and changed traces. */
function derivedFrom({ layout, window, projects }: PartRequest): Sql {
  const { cause } = layout;
  if (cause === undefined) return raw('0');
  return sql`(project_id, ${raw(cause.recordKey)}) IN (SELECT project_id, ${raw(cause.key)} FROM ${raw(cause.table)} WHERE ${allOf(
    [newOrChanged(window), inProjects(projects)],
  )})`;
}

function newOrChanged({ from, until, revisitMs }: Window): Sql {
  const created = between('created_at', from - revisitMs, until);
  return sql`${created} AND (${atOrAfter('created_at', from)} OR ${atOrAfter('event_ts', from)})`;
}

function orderTime(
  request: PartRequest,
  times: { readonly created: string; readonly event: string },
): string | undefined {
  if (request.part === 'event') return times.event;
  return isByCause(request) ? undefined : times.created;
}

/** Records created before the handover count only if their event time is not before the start of the pipeline. */
export function fromStartOn(
  { createdBefore, eventFrom }: Pick<Window, 'createdBefore' | 'eventFrom'>,
  happened: string,
): Sql {
  if (createdBefore === undefined || eventFrom === undefined) return NOTHING;
  return sql`(${atOrAfter('created_at', createdBefore)} OR ${atOrAfter(happened, eventFrom)})`;
}

export function inProjects(projects: Projects): Sql {
  return projects === 'all' ? NOTHING : sql`project_id IN ${projects}`;
}
