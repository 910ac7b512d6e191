import type { Instant } from '@sluice/core/adapter';
import type { Counts } from '@sluice/core/state';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `12345` as `12,345`. Intl says the same, but takes a command 10 ms to begin with. */
export function integer(value: number): string {
  return String(Math.round(value)).replaceAll(/\B(?=(?:\d{3})+$)/gu, ',');
}

/** `1 dead letter`, `2 dead letters`. */
export function counted(count: number, noun: string): string {
  return `${integer(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-03-10T11:30:00Z`: to the second, in UTC. */
export function instantText(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** A duration in its two largest units: `42 s`, `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function durationText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  const [unitMs, unit, part, partMs] = ms < DAY_MS ? [HOUR_MS, 'h', 'min', MINUTE_MS] : [DAY_MS, 'd', 'h', HOUR_MS];
  const whole = Math.floor(ms / unitMs);
  const rest = Math.floor((ms - whole * unitMs) / partMs);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${part}`;
}

/** Dead letters of both kinds. */
export function deadLettersIn({ deadLetteredRecords, deadLetteredEvents }: Counts): number {
  return deadLetteredRecords + deadLetteredEvents;
}

export function indented(text: string, spaces = 2): string {
  return text.replaceAll(/^(?=.)/gmu, ' '.repeat(spaces));
}
