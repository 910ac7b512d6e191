import { describedField, describedStream, describedStreams } from '@sluice/core/source';
import { z } from 'zod';

const field = describedField.extend({
  path: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .optional()
    .describe('Where it is in the JSON object: a.b, or [a, b] for keys with dots. Default: the name of the field.'),
  stored: z
    .enum(['text', 'epoch-s', 'epoch-ms'])
    .default('text')
    .describe(
      'For a timestamp: a text in ISO 8601, in UTC unless it says otherwise; or seconds or milliseconds since 1970.',
    ),
});

const stream = describedStream.extend({
  fields: z.record(z.string(), field).optional().describe('The fields by name.'),
});

export type FieldDescription = z.output<typeof field>;
export type StreamDescription = z.output<typeof stream>;

/** The schema of `streams:`. */
export const jsonlStreams = describedStreams(stream);
