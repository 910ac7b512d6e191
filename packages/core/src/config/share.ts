import { z } from 'zod';

/** A part of a whole in percent (`5%`), as a number from 0 to 1. */
export function share(): z.ZodType<number> {
  return z.string('a share in percent is expected, such as 5%').transform((text, context) => {
    const percent = Number(/^(?<percent>\d+(?:\.\d+)?) ?%$/u.exec(text)?.groups?.['percent'] ?? Number.NaN);
    if (percent <= 100) return percent / 100;
    context.addIssue('a share is a percentage from 0% to 100%, such as 5%');
    return z.NEVER;
  });
}
