import { z } from 'zod';
import { cronIn } from '../scheduler/cron.js';

const FIELDS = 'minute, hour, day of the month, month, day of the week';

/** A cron expression that matches at some time. The library that runs it also validates it. */
export function cronExpression(): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue(problem);
  });
}

function problemOf(text: string): string | undefined {
  try {
    if (cronIn(text, 'UTC').nextRun() !== null) return undefined;
    return 'this cron expression never matches';
  } catch (error) {
    return `not a cron expression (${FIELDS}): ${reasonOf(error)}`;
  }
}

/** The library's message without its name, and without a value that it counts from 0 where people count from 1. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.message.includes('space separated parts')) return 'expected five fields';
  const said = error instanceof Error ? error.message.replace(/^CronPattern: /u, '') : String(error);
  const [first = '', ...rest] = said.replace(/^(Invalid value for \w+): -?\d+$/u, '$1');
  return first.toLowerCase() + rest.join('');
}
