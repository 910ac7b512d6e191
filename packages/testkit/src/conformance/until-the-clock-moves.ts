/** Busy for up to a millisecond: what must not depend on the time is asked for before and after. */
export function untilTheClockMoves(): void {
  const start = Date.now();
  while (Date.now() === start);
}
