import type { EncodedEvent, SinkLimits } from '@sluice/core/sink';

/** Pure: the events in their order, in parts that each meet the limits. */
export function splitEvents(events: readonly EncodedEvent[], limits: SinkLimits): readonly (readonly EncodedEvent[])[] {
  const parts: EncodedEvent[][] = [];
  let part: EncodedEvent[] = [];
  let bytes = 0;
  let uuids = new Set<string>();
  for (const event of events) {
    const isFull =
      part.length >= limits.maxEventsPerRequest ||
      bytes + event.bytes > limits.maxBytesPerRequest ||
      (limits.distinctWithinRequest && uuids.has(event.uuid));
    if (part.length === 0 || isFull) {
      part = [];
      bytes = 0;
      uuids = new Set();
      parts.push(part);
    }
    part.push(event);
    bytes += event.bytes;
    uuids.add(event.uuid);
  }
  return parts;
}
