/**
 * As in `observations_view`. PostgreSQL refuses to subtract infinite times, but not their epochs. Less than a day is the
 * same number by the cheaper way: it is the microseconds of an interval, which a double holds exactly, by a million.
 */
export function secondsBetween(start: string, end: string): string {
  return `CASE WHEN ${end}::date = ${start}::date AND isfinite(${end}) THEN date_part('epoch', ${end} - ${start})
    ELSE (extract(epoch FROM ${end}) - extract(epoch FROM ${start}))::double precision END`;
}
