import type { EncodedEvent, Outcome } from '@sluice/core/sink';

/** The destination took every event. `assurance`: whether it answered for each, or only for the request. */
export function acceptedAll(events: readonly EncodedEvent[], assurance: 'event' | 'request' = 'request'): Outcome[] {
  return events.map(() => ({ kind: 'accepted', assurance }));
}

/**
 * The destination named what it did not take, by position in the request; it took the other events. `assurance`: of the
 * others; `request` if the answer does not count them.
 */
export function acceptedExcept(
  events: readonly EncodedEvent[],
  failures: ReadonlyMap<number, Outcome>,
  assurance: 'event' | 'request' = 'event',
): Outcome[] {
  return events.map((_, index) => failures.get(index) ?? { kind: 'accepted', assurance });
}
