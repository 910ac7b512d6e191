import type { EncodedEvent } from '../../contracts/sink.js';

/** The first half of the events, which may have one more, and the second. */
export function halvesOf(events: readonly EncodedEvent[]): readonly (readonly EncodedEvent[])[] {
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)];
}

/** Of the events as encoded, before compression. */
export function bytesOf(events: readonly EncodedEvent[]): number {
  return events.reduce((sum, event) => sum + event.bytes, 0);
}
