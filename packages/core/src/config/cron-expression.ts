import { z } from 'zod';
import { cronIn } from '../scheduler/cron.js';

const FIELDS = 'minute, hour, day of the month, month, day of the week';

/** A cron expression that has a next moment. What is one, the library that runs it says. */
export function cronExpression(): z.ZodType<string> {
  return z.string().superRefine((text, context) => {
    const problem = problemOf(text);
    if (problem !== undefined) context.addIssue(problem);
  });
}

function problemOf(text: string): string | undefined {
  try {
    if (cronIn(text, 'UTC').nextRun() !== null) return undefined;
    return 'no moment ever fits this cron expression';
  } catch (error) {
    return `this is not a cron expression (${FIELDS}): ${reasonOf(error)}`;
  }
}

/** What the library says, without its name, and without a value that it counts from another number than people do. */
function reasonOf(error: unknown): string {
  const said = error instanceof Error ? error.message.replace(/^CronPattern: /u, '') : String(error);
  const [first = '', ...rest] = said.replace(/^(Invalid value for \w+): -?\d+$/u, '$1');
  return first.toLowerCase() + rest.join('');
}
