/** For authors of schedulers: the contract, and the times of a schedule. */
export type { SchedulerDefinition } from './contracts/definition.js';
export type {
  Invite,
  Schedule,
  ScheduledPipeline,
  ScheduleNews,
  ScheduleOptions,
  Scheduler,
  TickEnd,
  Turn,
  TurnGiver,
} from './contracts/scheduler.js';
export { nextTime } from './scheduler/next-time.js';
