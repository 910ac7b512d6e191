import type { Window } from '../contracts/window.js';

/** Whether a window has no record in common with another one of its stream, axis and purpose. */
export function holdDifferentRecords(one: Window, other: Window): boolean {
  if (isCreatedOnly(one) && isCreatedOnly(other)) return !overlap(one, other);
  return isPartOf(one, other) || isPartOf(other, one);
}

/** Whether no moment and part is in both: the ledger accounts for each once. */
export function areApart(one: Window, other: Window): boolean {
  return !overlap(one, other) || isPartOf(one, other) || isPartOf(other, one);
}

/** Whether what was created in the first window is left out of the second, which has the older records only. */
function isPartOf(created: Window, older: Window): boolean {
  const isWithin = older.from <= created.from && created.until <= older.until;
  return isCreatedOnly(created) && older.olderOnly === true && isWithin;
}

/** Whether the window has the part `created` alone; on the axis `event`, whether records are in it by their own time. */
function isCreatedOnly({ revisitMs, olderOnly }: Window): boolean {
  return revisitMs === 0 && olderOnly !== true;
}

function overlap(one: Window, other: Window): boolean {
  return one.from < other.until && other.from < one.until;
}
