/**
 * The days from 1970-01-01 to a date of the Gregorian calendar, which is taken to have been in use always; `month` from 1.
 * For dates in bytes, where a `Date` would cost more than the rest. Counts years from March on, so that the leap day is the
 * last of its year.
 */
export function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthsSinceMarch = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * monthsSinceMarch + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
