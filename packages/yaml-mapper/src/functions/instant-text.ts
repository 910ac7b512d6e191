const MAX_INSTANT = 8_640_000_000_000_000;
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/u;

/** ISO 8601 with milliseconds and `Z`, or null for what no calendar holds. */
export function instantToText(instant: number): string | null {
  return Math.abs(instant) <= MAX_INSTANT ? new Date(instant).toISOString() : null;
}

/** ISO 8601 text (a date is midnight UTC; a time needs its zone) as an instant, or null. */
export function textToInstant(text: string): number | null {
  if (!ISO.test(text)) return null;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
