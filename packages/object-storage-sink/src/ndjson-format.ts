import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { JsonValue } from '@sluice/core/adapter';
import type { EncodedEvent } from '@sluice/core/sink';
import { copyEvents } from '@sluice/core/text';
import type { FileFormat } from './file-format.js';

const compress = promisify(gzip);

const LINE_FEED = 0x0a;

/** One event per line as it was mapped, and `exported_at` behind its own fields; compressed. */
export const ndjsonFormat: FileFormat = {
  extension: '.ndjson.gz',
  // Not as an encoding: a store or a client that decodes it would leave a file whose name says otherwise.
  contentType: 'application/gzip',
  name: 'NDJSON',
  write: (events, exportedAt) => compress(linesOf(events, endOf(exportedAt))),
  rows: (events, exportedAt) =>
    events.map(({ text }): JsonValue => JSON.parse(text.slice(0, -1) + endOf(exportedAt).toString())),
};

/** What stands in the place of an event's closing brace. */
function endOf(exportedAt: number): Buffer {
  return Buffer.from(`,"exported_at":"${new Date(exportedAt).toISOString()}"}`);
}

function linesOf(events: readonly EncodedEvent[], end: Buffer): Buffer {
  const lines = Buffer.allocUnsafe(events.reduce((sum, { bytes }) => sum + bytes + end.length, 0));
  let at = 0;
  for (const event of events) {
    at = copyEvents([event], LINE_FEED, lines, at) - 1;
    at += end.copy(lines, at);
    lines[at++] = LINE_FEED;
  }
  return lines.subarray(0, at);
}
