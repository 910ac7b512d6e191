const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time for people, in its two largest units: `42 s`, `3 min`, `2 h 5 min`, `4 d 3 h`. */
export function durationText(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.round(ms / 1000)} s`;
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  const [unitMs, unit, part, partMs] = ms < DAY_MS ? [HOUR_MS, 'h', 'min', MINUTE_MS] : [DAY_MS, 'd', 'h', HOUR_MS];
  const whole = Math.floor(ms / unitMs);
  const rest = Math.floor((ms - whole * unitMs) / partMs);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${part}`;
}
