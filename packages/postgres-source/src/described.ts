import { describedField, describedStream, describedStreams } from '@sluice/core/source';
import { z } from 'zod';

/** How a column stores a time. */
const STORED = ['timestamptz', 'timestamp', 'date', 'epoch-s', 'epoch-ms'] as const;

const field = describedField.extend({
  column: z.string().min(1).optional().describe('The column. Default: the name of the field.'),
  stored: z
    .enum(STORED)
    .optional()
    .describe(
      'For a timestamp, how the column stores it; epoch: seconds or milliseconds since 1970. Default: timestamptz.',
    ),
  zone: z
    .string()
    .refine(isTimeZone, 'unknown time zone; expected a name such as UTC or Europe/Berlin')
    .optional()
    .describe('The time zone of a timestamp or date without one. Default: UTC.'),
  blankIsNull: z.boolean().optional().describe('Whether an empty or blank text means that there is no value.'),
});

const stream = describedStream.extend({
  table: z
    .union([z.string().min(1), z.array(z.string().min(1)).length(2)])
    .optional()
    .describe('The table or view, or [schema, table]. Written as it is: no quotes.'),
  query: z.string().min(1).optional().describe('A SELECT instead of a table.'),
  fields: z.record(z.string(), field).optional().describe('The fields by name.'),
});

export type StreamDescription = z.output<typeof stream>;
export type FieldDescription = z.output<typeof field>;

const located = stream.superRefine(({ table, query }, context) => {
  if ((table === undefined) === (query === undefined)) {
    const message = 'the stream needs either `table` or `query`: write one of them';
    context.addIssue({ code: 'custom', path: [], message });
  }
  if (query !== undefined && !/^\s*(?:select|with|values|table)\b/i.test(query)) {
    context.addIssue({
      code: 'custom',
      path: ['query'],
      message: 'only a SELECT can be read: begin with SELECT or WITH',
    });
  }
});

/** The schema of `streams:`. */
export const postgresStreams = describedStreams(located);

/** The same for a file that `sluice schema pull` is to complete. */
export const incompleteStreams = z.record(z.string(), located);

/** Postgres reads an offset, such as +02 or UTC+2, with the opposite sign. */
function isTimeZone(zone: string): boolean {
  try {
    return /^[a-z]/i.test(zone) && Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
