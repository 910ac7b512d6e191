import { createHash } from 'node:crypto';
import type { Instant } from '@sluice/core/adapter';
import type { AssemblyContext, EncodedEvent } from '@sluice/core/sink';

/** Of the uuids in the names of objects (RFC 9562, version 5). */
const NAMESPACE = Buffer.from('8c1f2f0ea7f14b0f9d3c6b5a7e4d2190', 'hex');

/** Hive's name for the folder of what has no value, which query engines read as null. */
const NO_DATE = '__HIVE_DEFAULT_PARTITION__';

/** The date of an event in UTC, as in `dt=2026-01-15`. Years that no date type has count as none. */
export function dateOf(time: Instant | undefined): string {
  const text = time === undefined ? '' : new Date(time).toISOString();
  return /^(?!0000)\d{4}-/u.test(text) ? text.slice(0, 10) : NO_DATE;
}

/**
 * Pure: `dt=2026-01-15/my-pipeline-trace-20260115T090000000Z-20260115T100000000Z-<uuid>`. The same events of the same
 * window always have the same name, whatever is in them: a repeat of the object replaces it.
 */
export function objectName(
  date: string,
  events: readonly EncodedEvent[],
  { pipeline, stream, window }: Pick<AssemblyContext, 'pipeline' | 'stream' | 'window'>,
): string {
  const times = window === undefined ? ['by', 'key'] : [compact(window.from), compact(window.until)];
  return `dt=${date}/${[plain(pipeline), plain(stream), ...times, eventsUuid(stream, events)].join('-')}`;
}

function eventsUuid(stream: string, events: readonly EncodedEvent[]): string {
  const hash = createHash('sha1').update(NAMESPACE).update(stream);
  for (const { id } of events) hash.update('\n').update(id);
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}

/** ISO 8601 without what has a meaning in paths or for the shell. */
function compact(time: Instant): string {
  return new Date(time).toISOString().replace(/[-:.]/gu, '');
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/gu, '_');
}
