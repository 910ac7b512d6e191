import type { EncodedEvent } from './sink.js';

/** Copies an event's text into a body, from where it is known as bytes. Returns where it ends. */
export function copyEvent({ text, bytes, source }: EncodedEvent, body: Buffer, at: number): number {
  if (source === undefined) body.write(text, at, bytes, 'utf8');
  else source.bytes.copy(body, at, source.start, source.start + bytes);
  return at + bytes;
}
