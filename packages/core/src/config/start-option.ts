import { z } from 'zod';
import type { Start } from './pipeline-config.js';

const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/u;

/** Whether the calendar has the day: `Date` takes 30 February for 1 March. */
function isRealDay(text: string): boolean {
  const day = text.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** `beginning`, `now`, a date (UTC), or a date and time with its zone. */
export function startOption(): z.ZodType<Start> {
  return z.string().transform((text, context): Start => {
    if (text === 'beginning' || text === 'now') return { kind: text, text };
    const at = DATE.test(text) && isRealDay(text) ? Date.parse(text) : Number.NaN;
    if (!Number.isNaN(at)) return { kind: 'date', text, at };
    context.addIssue('expected beginning, now, a date such as 2026-01-31, or a date and time with its zone');
    return z.NEVER;
  });
}
