export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const MAX_FUTURE_MS = 23 * 3_600_000;
const EPOCH = new Date(0).toISOString();

/** PostHog replaces a time that it cannot read, and one more than 23 hours ahead, by its own. */
export function storedTimestamp(timestamp: string | undefined, nowMs: number, skew = 0): string {
  const text = timestamp ?? '';
  const instant = (/^\d{12,}$/.test(text) ? Number(text) : Date.parse(text)) + skew;
  if (Number.isNaN(instant) || instant > nowMs + MAX_FUTURE_MS) return new Date(nowMs).toISOString();
  const stored = new Date(instant);
  const isStorable = !Number.isNaN(stored.getTime()) && stored.getUTCFullYear() >= 0 && stored.getUTCFullYear() <= 9999;
  return isStorable ? stored.toISOString() : EPOCH;
}

/** How far a client's clock is behind PostHog's, by the time at which the client says that it sent the request. */
export function skewMs(sentAt: unknown, nowMs: number): number {
  const instant = typeof sentAt === 'string' ? Date.parse(sentAt) : Number.NaN;
  return Number.isNaN(instant) ? 0 : nowMs - instant;
}
