import type { EncodedEvent } from '@sluice/core/sink';
import { copyEvent } from '@sluice/core/text';

const LINE_FEED = 0x0a;

/** One line per event. */
export function linesOf(events: readonly EncodedEvent[]): Buffer {
  const lines = Buffer.allocUnsafe(events.reduce((sum, { bytes }) => sum + bytes + 1, 0));
  let at = 0;
  for (const event of events) {
    at = copyEvent(event, lines, at);
    lines[at++] = LINE_FEED;
  }
  return lines;
}
