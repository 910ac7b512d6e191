/** The time of a zoneless column, which holds UTC, in whole milliseconds since 1970. */
export function epochMs(column: string): string {
  return `CASE WHEN isfinite(${column}) THEN ${wholeMs(column)} END`;
}

/** Before PostgreSQL 14 an epoch is a double: a thousand times it may fall just short of a whole number. */
export function wholeMs(time: string): string {
  return `floor(extract(epoch FROM ${time})::numeric * 1000)::bigint`;
}
