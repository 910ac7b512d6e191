import { EARLIEST_MS, LATEST_MS, timestampText } from './timestamp-text.js';

/** The time of a zoneless column, which holds UTC, in whole milliseconds since 1970. */
export function epochMs(column: string): string {
  return `CASE WHEN isfinite(${column}) THEN ${wholeMs(column)} END`;
}

/** Before PostgreSQL 14 an epoch is a double: a thousand times it may fall just short of a whole number. */
export function wholeMs(time: string): string {
  return `floor(extract(epoch FROM ${time})::numeric * 1000)::bigint`;
}

/** The same, also of a time that `timestampText` takes for an infinite one: just before or at the end of the finite ones. */
export function boundedMs(time: string): string {
  const [earliest, latest] = [timestampText(EARLIEST_MS), timestampText(LATEST_MS)];
  return `CASE WHEN ${time} < '${earliest}' THEN ${EARLIEST_MS - 1} WHEN ${time} > '${latest}' THEN ${LATEST_MS}
    ELSE ${wholeMs(time)} END`;
}
