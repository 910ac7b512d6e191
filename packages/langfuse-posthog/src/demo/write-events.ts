import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Writes events as JSON lines and gives the path. */
export async function writeEvents(path: string, events: readonly object[]): Promise<string> {
  function* lines() {
    for (const event of events) yield `${JSON.stringify(event)}\n`;
  }
  await pipeline(Readable.from(lines()), createWriteStream(path));
  return path;
}
