import type { Window } from '../../contracts/window.js';

/** Whether two windows have the same records. */
export function isSameWindow(one: Window, other: Window): boolean {
  return (
    one.stream === other.stream &&
    one.axis === other.axis &&
    one.from === other.from &&
    one.until === other.until &&
    one.createdBefore === other.createdBefore &&
    one.eventFrom === other.eventFrom &&
    one.revisitMs === other.revisitMs
  );
}

/** Whether a pipeline exports a window after another one of the same stream: history comes before following. */
export function isLater(window: Window, other: Window | undefined): boolean {
  if (other === undefined) return true;
  return window.axis === other.axis ? window.from > other.from : window.axis === 'change';
}
