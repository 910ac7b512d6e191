import type { Schedule } from '@sluice/core/scheduler';
import { z } from 'zod';

const schedule: z.ZodType<Schedule> = z.union([
  z.object({ kind: z.literal('cron'), cron: z.string(), timeZone: z.string() }),
  z.object({ kind: z.literal('interval'), everyMs: z.number() }),
]);

/** What a job of pg-boss says. Times are those of the database, in milliseconds since 1970. */
const jobData = z.object({
  schedule,
  /** When the tick before this one began. */
  served: z.number().optional(),
  /** Of a tick that is continued: when it began, and the branches that are not done. */
  continues: z.object({ begun: z.number(), left: z.array(z.string()) }).optional(),
  /** Of a tick that runs: the branches that have work for one more process. Whoever accepts the invitation removes them. */
  invites: z.array(z.string()).optional(),
});

export type JobData = z.output<typeof jobData>;

/** The one job of a pipeline that is not done. */
export interface TickJob {
  readonly id: string;
  readonly pipeline: string;
  readonly state: 'created' | 'retry' | 'active';
  /** Grows each time that the job is taken over, so that whoever had it before knows. */
  readonly retryCount: number;
  readonly data: JobData;
  readonly startAfter: number;
  /** Whether it may be taken now, and for how long that has been so. */
  readonly dueForMs: number;
  /** Whether whoever had it has given no sign of life for too long. */
  readonly isDead: boolean;
}

/** A row of the statement in `tick-queue.ts`. */
export const jobRow = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    state: z.enum(['created', 'retry', 'active']),
    retryCount: z.number(),
    data: jobData,
    startAfter: z.coerce.number(),
    now: z.coerce.number(),
    isDead: z.boolean(),
  })
  .transform(({ now, ...row }): TickJob => ({ ...row, dueForMs: now - row.startAfter }));
