import type { FunctionDefinition } from './function-definition.js';
import { instantToText } from './instant-text.js';
import { finite, moment } from './parameters.js';

/** Functions over moments. */
export const TIME_FUNCTIONS: readonly FunctionDefinition[] = [
  {
    name: 'isoTime',
    doc: 'A moment as ISO 8601 text with milliseconds, in UTC.',
    example: ["isoTime(timestamp('2026-01-31T10:00:00+02:00'))", '2026-01-31T08:00:00.000Z'],
    parameters: [moment('value')],
    result: 'text',
    nullable: true,
    evaluate: instantToText,
  },
  {
    name: 'isoDate',
    doc: "A moment's date in UTC: `2026-01-31`.",
    example: ["isoDate(timestamp('2026-01-31T23:00:00-02:00'))", '2026-02-01'],
    parameters: [moment('value')],
    result: 'text',
    nullable: true,
    evaluate: (instant: number) => instantToText(instant)?.slice(0, -14) ?? null,
  },
  {
    name: 'secondsBetween',
    doc: 'How many seconds passed from one moment to another.',
    example: ["secondsBetween(timestamp('2026-01-01'), timestamp('2026-01-02'))", 86400],
    parameters: [moment('from'), moment('until')],
    result: 'number',
    unit: 's',
    evaluate: (from: number, until: number) => finite((until - from) / 1000),
  },
];
