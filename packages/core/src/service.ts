/** Running and watching pipelines over time: schedules, observations, monitors, the log. */
export type { Observation, Observer, Peer, RequestOutcome } from './contracts/observation.js';
export type { Schedule, Scheduler } from './contracts/scheduler.js';
export { createLogger, type LogLevel } from './logging/create-logger.js';
export { redactValue } from './logging/redact-value.js';
export { SecretRedactor } from './logging/secret-redactor.js';
export { InProcessScheduler } from './scheduler/in-process-scheduler.js';
export { nextTime } from './scheduler/next-time.js';
export { PipelineMonitor, type Trouble, type TroubleCause } from './service/pipeline-monitor.js';
export { servePipeline } from './service/serve-pipeline.js';
export { Turns, type TurnsOptions } from './service/turns.js';
