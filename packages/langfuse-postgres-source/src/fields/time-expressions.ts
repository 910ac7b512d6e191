/** As in `observations_view`. PostgreSQL refuses to subtract infinite times, but not their epochs. */
export function secondsBetween(start: string, end: string): string {
  return `(extract(epoch FROM ${end}) - extract(epoch FROM ${start}))::double precision`;
}
