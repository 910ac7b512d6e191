import type { Instant } from '@sluice/core/adapter';

/** The parts of an HTTP answer that its meaning depends on. */
export interface HttpAnswer {
  readonly status: number;
  /** What was asked, without secrets. */
  readonly url?: string;
  /** The part of `url` behind the address that the configuration names, as in `HttpCall`. */
  readonly path?: string;
  /** By name in lower case, without secrets. One that stands there several times is left out. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly contentType: string;
  /** Where a redirect points. */
  readonly location?: string | undefined;
  readonly retryAfter?: string | undefined;
  /** The server's clock: its `Date` header. */
  readonly date?: string | undefined;
  /** For how many seconds a cache has kept the answer. */
  readonly age?: string | undefined;
  readonly body: string;
}

/** The longest wait that a destination can ask for. */
const MAX_RETRY_AFTER_MS = 3_600_000;
const MAX_QUOTE_UNITS = 200;

/**
 * `Retry-After` in seconds or as a date, as milliseconds from now; undefined when it is neither. A date counts from the
 * server's own clock, if the answer has it.
 */
export function retryAfterMs({ retryAfter, date }: HttpAnswer, now: Instant): number | undefined {
  if (retryAfter === undefined) return undefined;
  const text = retryAfter.trim();
  const isSeconds = /^\d+(\.\d+)?$/.test(text);
  const serverNow = Date.parse(date ?? '');
  const ms = isSeconds ? Number(text) * 1_000 : Date.parse(text) - (Number.isNaN(serverNow) ? now : serverNow);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, Math.ceil(ms)), MAX_RETRY_AFTER_MS);
}

export function isSuccess({ status }: Pick<HttpAnswer, 'status'>): boolean {
  return status >= 200 && status < 300;
}

/** Not `304 Not Modified`, which names no other address. */
export function isRedirect({ status }: HttpAnswer): boolean {
  return status >= 300 && status < 400 && status !== 304;
}

export function isHtml(answer: HttpAnswer): boolean {
  return /html/i.test(answer.contentType) || /^\s*<(!doctype|html)/i.test(answer.body);
}

/** The JSON object of an answer, or undefined. */
export function jsonObject(answer: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(answer.body);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body of an answer for a message, on one short line. */
export function quoted(answer: HttpAnswer): string {
  if (isHtml(answer)) return 'an HTML page';
  const line = answer.body.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return 'an empty answer';
  return `"${line.length > MAX_QUOTE_UNITS ? `${line.slice(0, MAX_QUOTE_UNITS)}…` : line}"`;
}
