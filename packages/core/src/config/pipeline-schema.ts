import { z } from 'zod';
import type { Schedule } from '../contracts/scheduler.js';
import { byteSize } from './byte-size.js';
import { cronExpression } from './cron-expression.js';
import { duration } from './duration.js';
import { share } from './share.js';
import { startOption } from './start-option.js';

const DAY_MS = 86_400_000;

const adapter = z.strictObject({
  /** A built-in type, or an installed package. Written literally: no variables. */
  use: z.string(),
  /** The adapter's own options, held against its own schema. Nothing after `with:` means none. */
  with: z.record(z.string(), z.unknown()).nullable().default({}),
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
    cron: cronExpression().optional(),
    timeZone: timeZone.optional(),
    every: duration()
      .refine((ms) => ms > 0, 'must be more than 0')
      .optional(),
  })
  .superRefine((value, context) => {
    if ((value.cron === undefined) === (value.every === undefined)) context.addIssue('expected either cron or every');
    if (value.every !== undefined && value.timeZone !== undefined) context.addIssue('timeZone belongs to cron');
  })
  .transform(({ cron = '', timeZone: zone = 'UTC', every }): Schedule =>
    every === undefined ? { kind: 'cron', cron, timeZone: zone } : { kind: 'interval', everyMs: every },
  );

const delivery = z.strictObject({
  maxEvents: z.int().min(1).optional(),
  maxBytes: byteSize().optional(),
  maxInFlight: z.int().min(1).optional(),
  maxEventsPerSecond: z.union([z.literal('unlimited'), z.number().positive()]).optional(),
  /** The share of dead letters among the last 1,000 events at which the pipeline stops. */
  maxDeadLetterShare: share().default(0.05),
});

const deadLetters = z.strictObject({
  /** `omit`: without the event, and without the fields of the record that the source marks as personal. */
  personalData: z.enum(['keep', 'omit']).default('keep'),
});

/** A pipeline file. Defaults are here and nowhere else; what adapters take is in their own schemas. */
export const pipelineSchema = z.strictObject({
  sluice: z.literal(1),
  pipeline: z.string().regex(/^[a-z0-9][a-z0-9-]*$/u, 'expected lower-case letters, digits and hyphens'),
  source: adapter,
  sink: adapter,
  /** A path, relative to this file, or a mapping in place. */
  mapping: z.union([z.string(), z.record(z.string(), z.unknown())]),
  params: z.record(z.string(), z.unknown()).default({}),
  schedule: schedule.default({ kind: 'cron', cron: '30 * * * *', timeZone: 'UTC' }),
  start: startOption().default({ kind: 'beginning', text: 'beginning' }),
  /** How long a record rests before it is exported. */
  settle: duration().default(30 * 60_000),
  /** How far back changes of older records are looked for; 0s turns it off. */
  revisit: duration().default(DAY_MS),
  maxWindow: duration()
    .refine((ms) => ms > 0, 'must be more than 0')
    .default(DAY_MS),
  state: adapter.default({ use: 'file', with: {} }),
  delivery: delivery.default({ maxDeadLetterShare: 0.05 }),
  deadLetters: deadLetters.default({ personalData: 'keep' }),
});
