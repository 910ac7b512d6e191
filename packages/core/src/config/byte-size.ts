import { z } from 'zod';

const UNITS_BYTES: ReadonlyMap<string, number> = new Map([
  ['B', 1],
  ['kB', 1e3],
  ['KB', 1e3],
  ['MB', 1e6],
  ['GB', 1e9],
  ['KiB', 1024],
  ['MiB', 1024 ** 2],
  ['GiB', 1024 ** 3],
]);

const SIZE = /^(?<amount>\d+(?:\.\d+)?) ?(?<unit>[A-Za-z]+)$/u;

/** A size with its unit (`900KiB`, `4MiB`, `1MB`), in bytes. */
export function byteSize(): z.ZodType<number> {
  const written = z
    .string('expected a size with its unit, such as 900KiB or 4MiB')
    .meta({ pattern: SIZE.source, examples: ['900KiB', '4MiB'] });
  return written.transform((text, context) => {
    const { amount, unit } = SIZE.exec(text)?.groups ?? {};
    const factor = UNITS_BYTES.get(unit ?? '');
    if (amount !== undefined && factor !== undefined) return Math.floor(Number(amount) * factor);
    context.addIssue('expected a number and a unit (B, kB, MB, GB, KiB, MiB, GiB), such as 900KiB or 4MiB');
    return z.NEVER;
  });
}
