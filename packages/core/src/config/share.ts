import { z } from 'zod';

const PERCENT = /^(?<percent>\d+(?:\.\d+)?) ?%$/u;

/** A share in percent (`5%`), as a number from 0 to 1. */
export function share(): z.ZodType<number> {
  const written = z
    .string('expected a share in percent, such as 5%')
    .meta({ pattern: PERCENT.source, examples: ['5%'] });
  return written.transform((text, context) => {
    const percent = Number(PERCENT.exec(text)?.groups?.['percent'] ?? Number.NaN);
    if (percent <= 100) return percent / 100;
    context.addIssue('expected a percentage from 0% to 100%, such as 5%');
    return z.NEVER;
  });
}
