import { z } from 'zod';
import type { Schedule } from '../contracts/scheduler.js';
import { byteSize } from './byte-size.js';
import { cronExpression } from './cron-expression.js';
import { duration } from './duration.js';
import { share } from './share.js';
import { startOption } from './start-option.js';

const adapter = z.strictObject({
  use: z.string().describe('A built-in type, or an installed package. Written literally: no variables.'),
  /** Held against the adapter's own schema. Nothing after `with:` means none. */
  with: z.record(z.string(), z.unknown()).nullable().default({}).describe("The adapter's own options."),
});

const timeZone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'this time zone is not known; expected a name such as UTC or Europe/Berlin');

const schedule = z
  .strictObject({
    cron: cronExpression()
      .optional()
      .describe('When to run: minute, hour, day of the month, month, day of the week. Beside `every`, one of the two.'),
    timeZone: timeZone.optional().describe('The time zone of `cron`, such as Europe/Berlin; UTC when absent.'),
    every: duration()
      .refine((ms) => ms > 0, 'must be more than 0')
      .optional()
      .describe('How long from one run to the next.'),
  })
  .meta({ oneOf: [{ required: ['cron'] }, { required: ['every'] }] })
  .superRefine((value, context) => {
    if ((value.cron === undefined) === (value.every === undefined)) context.addIssue('expected either cron or every');
    if (value.every !== undefined && value.timeZone !== undefined) context.addIssue('timeZone belongs to cron');
  })
  .transform(({ cron = '', timeZone: zone = 'UTC', every }): Schedule =>
    every === undefined ? { kind: 'cron', cron, timeZone: zone } : { kind: 'interval', everyMs: every },
  );

const delivery = z.strictObject({
  maxEvents: z.int().min(1).optional().describe('The most events of one request; the sink’s limit when absent.'),
  maxBytes: byteSize()
    .optional()
    .describe('The most bytes of one request before compression; the sink’s limit when absent.'),
  maxInFlight: z.int().min(1).optional().describe('The most requests at a time; the sink’s limit when absent.'),
  maxEventsPerSecond: z
    .union([z.literal('unlimited'), z.number().positive()])
    .optional()
    .describe('A cap on the rate.'),
  maxDeadLetterShare: share()
    .prefault('5%')
    .describe('The share of dead letters among the last 1,000 events at which the pipeline stops.'),
});

const deadLetters = z.strictObject({
  personalData: z
    .enum(['keep', 'omit'])
    .default('keep')
    .describe('`omit`: without the event, and without the fields of the record that the source marks as personal.'),
});

/** A pipeline file. Defaults are here and nowhere else; what adapters take is in their own schemas. */
export const pipelineSchema = z.strictObject({
  sluice: z.literal(1).describe('The version of the file format.'),
  pipeline: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*$/u, 'expected lower-case letters, digits and hyphens')
    .describe('The name of the pipeline; its state is kept under it.'),
  source: adapter.describe('Where the records come from.'),
  sink: adapter.describe('Where the events go.'),
  mapping: z
    .union([z.string(), z.record(z.string(), z.unknown())])
    .describe('Which events the records become: a file, relative to this one, or a mapping written here.'),
  params: z.record(z.string(), z.unknown()).default({}).describe('Values for the parameters of the mapping.'),
  schedule: schedule
    .prefault({ cron: '30 * * * *', timeZone: 'UTC' })
    .describe('When the pipeline is meant to run: `{ cron, timeZone }` or `{ every }`.'),
  start: startOption()
    .prefault('beginning')
    .describe('What the first run backfills, by event time: `beginning`, `now`, or a date.'),
  settle: duration().prefault('30m').describe('How long a record rests before it is exported.'),
  revisit: duration()
    .prefault('24h')
    .describe('How far back changes of older records are looked for; `0s` turns it off.'),
  maxWindow: duration()
    .refine((ms) => ms > 0, 'must be more than 0')
    .prefault('1d')
    .describe('The longest stretch that is exported as one window.'),
  state: adapter.default({ use: 'file', with: {} }).describe('Where the state is kept.'),
  delivery: delivery.prefault({}).describe('Limits below those of the sink.'),
  deadLetters: deadLetters.prefault({}).describe('What dead letters keep.'),
});
