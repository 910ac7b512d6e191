import { z } from 'zod';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names for the numbers from `min` on. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 7, names: DAYS },
];

/** A field in numbers alone. Where a range ends, Sunday is the seventh day: `FRI-SUN` is `5-7`. */
function inNumbers(text: string, { min, names = [] }: Field): string {
  return text.replaceAll(/(?<dash>-?)(?<name>[A-Za-z]+)/gu, (whole: string, dash: string, name: string) => {
    const index = names.indexOf(name.toUpperCase());
    if (index === -1) return whole;
    const isLastSunday = dash !== '' && name.toUpperCase() === 'SUN';
    return `${dash}${isLastSunday ? 7 : index + min}`;
  });
}

function isFieldValid(text: string, { min, max }: Field): boolean {
  return text.split(',').every((part) => {
    const match = /^(?:\*|(?<from>\d+)(?:-(?<to>\d+))?)(?:\/(?<step>\d+))?$/u.exec(part);
    if (match === null) return false;
    const { from = String(min), to = from, step = '1' } = match.groups ?? {};
    return Number(from) >= min && Number(to) <= max && Number(from) <= Number(to) && Number(step) > 0;
  });
}

/** A cron expression of five fields; names of months and days (`JAN`, `MON-FRI`) become numbers. */
export function cronExpression(): z.ZodType<string> {
  return z.string().transform((text, context) => {
    const written = text.trim().split(/\s+/u);
    if (written.length !== FIELDS.length) {
      context.addIssue('a cron expression has five fields: minute, hour, day of the month, month, day of the week');
      return z.NEVER;
    }
    const numbers = FIELDS.map((field, index) => inNumbers(written[index] ?? '', field));
    for (const [index, field] of FIELDS.entries()) {
      if (isFieldValid(numbers[index] ?? '', field)) continue;
      const { name, min, max, names } = field;
      const orNames = names === undefined ? '' : ` (or ${names[0]}..${names.at(-1)})`;
      context.addIssue(`the ${name} must be in ${min}..${max}${orNames}, or *`);
    }
    return numbers.join(' ');
  });
}
