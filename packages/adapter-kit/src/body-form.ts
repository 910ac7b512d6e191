import { Secret, type JsonValue } from '@sluice/core/adapter';
import type { EncodedEvent } from '@sluice/core/sink';
import { copyEvents } from '@sluice/core/text';
import type { Reveal, SecretValue } from './secret-value.js';

/**
 * How events become a body.
 *
 * - `array`: `[event, event]`
 * - `ndjson`: one event a line
 * - `single`: the event itself; a request has one.
 * - `object`: `{"api_key": …, "events": [event, event]}` with `list: 'events'` and `fields: { api_key }`
 */
export type BodyForm =
  'array' | 'ndjson' | 'single' | { readonly list: string; readonly fields?: Readonly<Record<string, SecretValue>> };

const COMMA = 0x2c;
const NEW_LINE = 0x0a;

interface Frame {
  readonly start: Buffer;
  readonly separator: number;
  readonly end: Buffer;
}

function frameOf(form: BodyForm, reveal: Reveal): Frame {
  if (form === 'single') return { start: Buffer.alloc(0), separator: COMMA, end: Buffer.alloc(0) };
  if (form === 'ndjson') return { start: Buffer.alloc(0), separator: NEW_LINE, end: Buffer.from('\n') };
  if (form === 'array') return { start: Buffer.from('['), separator: COMMA, end: Buffer.from(']') };
  const own = Object.entries(form.fields ?? {}).map(
    ([name, value]) => `${JSON.stringify(name)}:${json(value, reveal)},`,
  );
  return {
    start: Buffer.from(`{${own.join('')}${JSON.stringify(form.list)}:[`),
    separator: COMMA,
    end: Buffer.from(']}'),
  };
}

function json(value: SecretValue, reveal: Reveal): string {
  if (value instanceof Secret) return JSON.stringify(reveal(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: SecretValue) => json(item, reveal)).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, item]) => `${JSON.stringify(name)}:${json(item, reveal)}`)
    .join(',')}}`;
}

/** How many bytes a body has besides its events and the byte between each two. */
export function frameBytes(form: BodyForm, reveal: Reveal): number {
  const { start, end } = frameOf(form, reveal);
  return start.length + end.length;
}

/** The body for some events. `take` gives a buffer of at least so many bytes. */
export function bodyOf(
  form: BodyForm,
  events: readonly EncodedEvent[],
  reveal: Reveal,
  take: (bytes: number) => Buffer = (bytes) => Buffer.allocUnsafe(bytes),
): Buffer {
  const { start, separator, end } = frameOf(form, reveal);
  const body = take(events.reduce((sum, { bytes }) => sum + bytes + 1, start.length + end.length));
  const at = copyEvents(events, separator, body, start.copy(body));
  return body.subarray(0, at + end.copy(body, at));
}

/** A body as `preview` shows it: NDJSON as a list. */
export function shownBody(form: BodyForm, body: Buffer): JsonValue {
  if (form !== 'ndjson') return JSON.parse(String(body));
  return String(body)
    .split('\n')
    .filter((line) => line !== '')
    .map((line): JsonValue => JSON.parse(line));
}
