export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const MAX_FUTURE_MS = 23 * 3_600_000;

/** PostHog takes its own time for one that it cannot read, and for one more than 23 hours ahead. */
export function storedTimestamp(timestamp: string | undefined, nowMs: number): string {
  const instant = Date.parse(timestamp ?? '');
  return new Date(Number.isNaN(instant) || instant > nowMs + MAX_FUTURE_MS ? nowMs : instant).toISOString();
}
