import type { FunctionDefinition } from './function-definition.js';
import { instantToText } from './instant-text.js';
import { finite, timestamp } from './parameters.js';

/** Functions of timestamps. */
export const TIME_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'isoTime',
    doc: 'Formats a timestamp as ISO 8601 in UTC, with milliseconds.',
    example: ["isoTime(timestamp('2026-01-31T10:00:00+02:00'))", '2026-01-31T08:00:00.000Z'],
    parameters: [timestamp('value')],
    result: 'text',
    nullable: true,
    evaluate: instantToText,
  },
  {
    name: 'isoDate',
    doc: 'Formats the UTC date of a timestamp: `2026-01-31`.',
    example: ["isoDate(timestamp('2026-01-31T23:00:00-02:00'))", '2026-02-01'],
    parameters: [timestamp('value')],
    result: 'text',
    nullable: true,
    evaluate: (instant: number) => instantToText(instant)?.slice(0, -14) ?? null,
  },
  {
    name: 'secondsBetween',
    doc: 'Returns the seconds from `from` to `until`.',
    example: ["secondsBetween(timestamp('2026-01-01'), timestamp('2026-01-02'))", 86400],
    parameters: [timestamp('from'), timestamp('until')],
    result: 'number',
    unit: 's',
    evaluate: (from: number, until: number) => finite((until - from) / 1000),
  },
];
