import { z } from 'zod';
import type { Schedule } from '../contracts/scheduler.js';
import { byteSize } from './byte-size.js';
import { cronExpression } from './cron-expression.js';
import { duration } from './duration.js';
import { share } from './share.js';
import { startOption } from './start-option.js';

const adapter = z.strictObject({
  use: z.string().describe('A built-in type, or an installed package. Variables are not allowed here.'),
  /** Validated with the adapter's own schema. An empty `with:` means no options. */
  with: z.record(z.string(), z.unknown()).nullable().default({}).describe("The adapter's own options."),
});

const timeZone = z.string().refine((zone) => {
  try {
    return zone === 'UTC' || Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}, 'unknown time zone; expected a name such as UTC or Europe/Berlin');

const schedule = z
  .strictObject({
    cron: cronExpression()
      .optional()
      .describe('When to run: minute, hour, day of the month, month, day of the week. Use either `cron` or `every`.'),
    timeZone: timeZone.optional().describe('The time zone of `cron`, such as Europe/Berlin; UTC when absent.'),
    every: duration()
      .refine((ms) => ms > 0, 'must be more than 0')
      .optional()
      .describe('The time from one run to the next.'),
  })
  .meta({ oneOf: [{ required: ['cron'] }, { required: ['every'] }] })
  .superRefine((value, context) => {
    if ((value.cron === undefined) === (value.every === undefined))
      context.addIssue('expected either `cron` or `every`');
    if (value.every !== undefined && value.timeZone !== undefined)
      context.addIssue('`timeZone` can only be used with `cron`');
  })
  .transform(({ cron = '', timeZone: zone = 'UTC', every }): Schedule =>
    every === undefined ? { kind: 'cron', cron, timeZone: zone } : { kind: 'interval', everyMs: every },
  );

const limits = {
  maxEvents: z
    .int()
    .min(1)
    .optional()
    .describe('The maximum number of events per request; the sink’s limit when absent.'),
  maxBytes: byteSize()
    .optional()
    .describe('The maximum size of a request before compression; the sink’s limit when absent.'),
  maxInFlight: z
    .int()
    .min(1)
    .optional()
    .describe('The maximum number of requests in flight; the sink’s limit when absent.'),
  maxEventsPerSecond: z
    .union([z.literal('unlimited'), z.number().positive()])
    .optional()
    .describe('The maximum number of events per second, or `unlimited`.'),
};
const maxDeadLetterShare = share().describe(
  'The share of dead letters among the last 1,000 events at which the pipeline stops.',
);
const giveUpAfter = duration()
  .refine((ms) => ms > 0, 'must be more than 0')
  .describe('How long a single run tries without progress; `sluice start` tries without limit.');

const delivery = z.strictObject({
  ...limits,
  maxDeadLetterShare: maxDeadLetterShare.prefault('5%'),
  giveUpAfter: giveUpAfter.prefault('10m'),
});

const mapping = z.union([z.string(), z.record(z.string(), z.unknown())]);
const params = z.record(z.string(), z.unknown());
const NAME = /^[a-z0-9][a-z0-9-]*$/u;

/** One of several sinks: its own settings replace those that the file gives for all. */
const namedSink = adapter.extend({
  mapping: mapping.optional().describe('The mapping for this sink, if not that of the file.'),
  params: params.optional().describe('Values for the parameters of its mapping; when absent, those of the file.'),
  delivery: z
    .strictObject({
      ...limits,
      maxDeadLetterShare: maxDeadLetterShare.optional(),
      giveUpAfter: giveUpAfter.optional(),
    })
    .default({})
    .describe('Its own limits on delivery; when absent, those of the file.'),
});

const deadLetters = z.strictObject({
  personalData: z
    .enum(['keep', 'omit'])
    .optional()
    .describe(
      '`omit` leaves out the event, and the fields of the record that the source marks as personal or that the mapping makes pseudonyms of. When absent: `omit` if the mapping makes pseudonyms, else `keep`.',
    ),
});

/** A pipeline file. Defaults are only here; the options of adapters are in their own schemas. */
export const pipelineSchema = z.strictObject({
  sluice: z.literal(1).describe('The version of the file format.'),
  pipeline: z
    .string()
    .regex(NAME, 'expected lower-case letters, digits and hyphens')
    .describe('The name of the pipeline; its state is kept under this name.'),
  foreach: z
    .union([
      z.string(),
      z.array(z.string()),
      z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable()),
    ])
    .optional()
    .describe(
      'The pipelines that this file defines, by name with their values, or a file that lists them. Elsewhere in the file, `${each}` is the name, and `${each.project}` a value.',
    ),
  source: adapter.describe('Where the records come from.'),
  sink: adapter.optional().describe('Where the events go. Use either `sink` or `sinks`.'),
  sinks: z
    .record(z.string().regex(NAME, 'expected lower-case letters, digits and hyphens'), namedSink)
    .optional()
    .describe('Several sinks by name, all fed by one read. Each has its own state.'),
  mapping: mapping
    .optional()
    .describe('How records become events: a file, relative to this one, or a mapping written here.'),
  params: params.default({}).describe('Values for the parameters of the mapping.'),
  schedule: schedule
    .prefault({ cron: '30 * * * *', timeZone: 'UTC' })
    .describe('When the pipeline runs: `{ cron, timeZone }` or `{ every }`.'),
  scheduler: adapter
    .optional()
    .describe(
      'The scheduler that shares the pipeline among processes on several machines; when absent, one process runs it alone.',
    ),
  start: startOption()
    .prefault('beginning')
    .describe('What the first run backfills, by event time: `beginning`, `now`, or a date.'),
  settle: duration().prefault('30m').describe('How long a record is left to rest before it is exported.'),
  revisit: duration().prefault('24h').describe('How far back to look for late and changed records; `0s` turns it off.'),
  maxWindow: duration()
    .refine((ms) => ms > 0, 'must be more than 0')
    .prefault('365d')
    .describe('The maximum length of a window. A window is shorter where more than about 100,000 records are likely.'),
  state: adapter.default({ use: 'file', with: {} }).describe('Where the state is kept.'),
  delivery: delivery.prefault({}).describe('Limits on delivery, in addition to those of the sink.'),
  deadLetters: deadLetters.prefault({}).describe('What dead letters keep.'),
});
