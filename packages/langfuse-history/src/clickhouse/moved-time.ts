/** A time of a version, as text in UTC, some milliseconds later. */
export function movedTime(time: string, ms: number): string {
  return timeOf(Date.parse(`${time.replace(' ', 'T').replace('Z', '')}Z`) + ms);
}

/** A time in epoch milliseconds as a version has it. */
export function timeOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1).replace('T', ' ');
}
