import type { EncodedEvent } from './sink.js';

/** Copies an event's text into a body. Returns where it ends. Reads `text` only if there is no `source`: it can be costly. */
export function copyEvent(event: EncodedEvent, body: Buffer, at: number): number {
  const { bytes, source } = event;
  if (source === undefined) body.write(event.text, at, bytes, 'utf8');
  else source.bytes.copy(body, at, source.start, source.start + bytes);
  return at + bytes;
}
