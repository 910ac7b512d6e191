import { raw, sql, type Sql } from './sql.js';

/** A place in the order of a part: by time, project and id. The derived records of traces have no time: theirs is 0. */
export interface Position {
  /** Microseconds since 1970, as text. */
  readonly at: string;
  readonly project: string;
  readonly id: string;
}

/** What is in `(after, upTo]`. */
export interface PositionRange {
  readonly after: Position | undefined;
  readonly upTo: Position | undefined;
}

/**
 * Conditions for the range. The plain comparisons of the column add nothing; they are what an index can use.
 *
 * @param place the expressions of a position: the column of its time, the project and the id.
 */
export function inPositions(
  { time, project, id }: { readonly time: string | undefined; readonly project: string; readonly id: string },
  { after, upTo }: PositionRange,
): readonly Sql[] {
  const place = time === undefined ? `(${project}, ${id})` : `(toUnixTimestamp64Micro(${time}), ${project}, ${id})`;
  const conditions: Sql[] = [];
  if (after !== undefined) {
    if (time !== undefined) conditions.push(sql`${raw(time)} >= ${instant(floorMs(BigInt(after.at)))}`);
    conditions.push(sql`${raw(place)} > ${tuple(after, time)}`);
  }
  if (upTo !== undefined) {
    if (time !== undefined) conditions.push(sql`${raw(time)} <= ${instant(-floorMs(-BigInt(upTo.at)))}`);
    conditions.push(sql`${raw(place)} <= ${tuple(upTo, time)}`);
  }
  return conditions;
}

/** No double holds the odd microseconds of years after 2255, so that they stay a text. */
function tuple({ at, project, id }: Position, time: string | undefined): Sql {
  return time === undefined ? sql`(${project}, ${id})` : sql`(toInt64(${at}), ${project}, ${id})`;
}

/** The time in whole milliseconds, not after it. */
function floorMs(microseconds: bigint): bigint {
  return (microseconds - (((microseconds % 1000n) + 1000n) % 1000n)) / 1000n;
}

function instant(milliseconds: bigint): Sql {
  return sql`fromUnixTimestamp64Milli(toInt64(${String(milliseconds)}))`;
}
