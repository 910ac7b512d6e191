import type { Axis, Window } from '../../contracts/window.js';

/** Whether two windows have the same records. */
export function isSameWindow(one: Window, other: Window): boolean {
  return (
    one.stream === other.stream &&
    one.axis === other.axis &&
    one.from === other.from &&
    one.until === other.until &&
    one.createdBefore === other.createdBefore &&
    one.eventFrom === other.eventFrom &&
    one.revisitMs === other.revisitMs &&
    one.olderOnly === other.olderOnly
  );
}

/** The last window of each axis. A backfill follows the source between its windows, so that one says nothing of the other. */
export type LastWindows = Readonly<Partial<Record<Axis, Window>>>;

/** Whether a window comes after the last one of its axis. */
export function isLater(window: Pick<Window, 'axis' | 'from'>, last: LastWindows): boolean {
  const { from = Number.NEGATIVE_INFINITY } = last[window.axis] ?? {};
  return last[window.axis] === undefined || window.from > from;
}
