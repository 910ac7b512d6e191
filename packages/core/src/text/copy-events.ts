import type { EncodedEvent } from '../contracts/sink.js';

/**
 * Copies the texts of events into a body, with a separator between them. Returns where they end. Events that were written
 * one after another are copied at once. Reads the `text` of an event only if it has no `buffer`: it can be costly.
 */
export function copyEvents(events: readonly EncodedEvent[], separator: number, body: Buffer, at: number): number {
  let to = at;
  let run: Buffer | undefined;
  let runStart = 0;
  let runEnd = 0;
  let isFirst = true;
  for (const event of events) {
    const { buffer, start = 0, bytes } = event;
    if (run !== undefined && buffer === run && start === runEnd + 1) {
      // The byte between two events belongs to none of them.
      run[runEnd] = separator;
    } else {
      if (run !== undefined) to += run.copy(body, to, runStart, runEnd);
      if (!isFirst) body[to++] = separator;
      run = buffer;
      runStart = start;
      if (buffer === undefined) to += body.write(event.text, to, bytes, 'utf8');
    }
    runEnd = start + bytes;
    isFirst = false;
  }
  if (run !== undefined) to += run.copy(body, to, runStart, runEnd);
  return to;
}
