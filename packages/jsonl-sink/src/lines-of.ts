import type { EncodedEvent } from '@sluice/core/sink';
import { copyEvents } from '@sluice/core/text';

const LINE_FEED = 0x0a;

/** One line per event. */
export function linesOf(events: readonly EncodedEvent[]): Buffer {
  const lines = Buffer.allocUnsafe(events.reduce((sum, { bytes }) => sum + bytes + 1, 0));
  const end = copyEvents(events, LINE_FEED, lines, 0);
  if (events.length > 0) lines[end] = LINE_FEED;
  return lines;
}
