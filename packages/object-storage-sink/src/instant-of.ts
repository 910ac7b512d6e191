import type { Instant, JsonValue } from '@sluice/core/adapter';

/** As `Date.prototype.toISOString` writes a time. `Date.parse` alone takes `5` for a year. */
const TIME = /^(?:\d{4}|[+-]\d{6})-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}/u;

/** The value of an event as a time; undefined if it is not one. */
export function instantOf(value: JsonValue | undefined): Instant | undefined {
  const instant = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
