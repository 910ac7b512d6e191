import { z } from 'zod';
import { INSTANT_PATTERN, parseInstant } from './parse-instant.js';
import type { Start } from './pipeline-config.js';

/** `beginning`, `now`, a date (UTC), or a date and time with its zone. */
export function startOption(): z.ZodType<Start> {
  const pattern = `${INSTANT_PATTERN.source}|^(?:beginning|now)$`;
  const written = z.string().meta({ pattern, examples: ['beginning', 'now', '2026-01-31'] });
  return written.transform((text, context): Start => {
    if (text === 'beginning' || text === 'now') return { kind: text, text };
    const at = parseInstant(text);
    if (at !== undefined) return { kind: 'date', text, at };
    context.addIssue(
      'expected beginning, now, a date, or a date and time with its zone: for example 2026-01-31 or 2026-01-31T09:00Z',
    );
    return z.NEVER;
  });
}
