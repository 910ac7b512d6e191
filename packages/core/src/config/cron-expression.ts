import { z } from 'zod';

const FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of the month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12 },
  { name: 'day of the week', min: 0, max: 7 },
] as const;

function isFieldValid(text: string, min: number, max: number): boolean {
  return text.split(',').every((part) => {
    const match = /^(?:\*|(?<from>\d+)(?:-(?<to>\d+))?)(?:\/(?<step>\d+))?$/u.exec(part);
    if (match === null) return false;
    const { from = String(min), to = from, step = '1' } = match.groups ?? {};
    return Number(from) >= min && Number(to) <= max && Number(from) <= Number(to) && Number(step) > 0;
  });
}

/** A cron expression of five fields, in numbers. */
export function cronExpression(): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const fields = text.trim().split(/\s+/u);
    if (fields.length !== FIELDS.length) {
      context.addIssue('a cron expression has five fields: minute, hour, day of the month, month, day of the week');
      return;
    }
    for (const [index, { name, min, max }] of FIELDS.entries()) {
      if (!isFieldValid(fields[index] ?? '', min, max)) context.addIssue(`the ${name} must be in ${min}..${max}, or *`);
    }
  });
}
