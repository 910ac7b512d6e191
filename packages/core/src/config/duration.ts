import { z } from 'zod';

const DURATION = /^(?<amount>\d+(?:\.\d+)?)(?<unit>ms|s|m|h|d)$/u;
const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration with its unit (`500ms`, `30m`, `24h`, `1d`), in milliseconds. */
export function duration(): z.ZodType<number> {
  const written = z
    .string('expected a duration with its unit, such as 30m, 24h or 1d')
    .meta({ pattern: DURATION.source, examples: ['30m', '24h', '1d'] });
  return written.transform((text, context) => {
    const { amount, unit } = DURATION.exec(text)?.groups ?? {};
    if (amount !== undefined && unit !== undefined) return Number(amount) * (UNITS_MS[unit] ?? 0);
    context.addIssue('expected a number and a unit (ms, s, m, h, d), such as 30m, 24h or 1d');
    return z.NEVER;
  });
}
