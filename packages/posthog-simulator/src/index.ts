export { PosthogSimulator } from './posthog-simulator.js';
export { deduplicationKey, type ReceivedEvent } from './received-event.js';
export type { SimulatorFault } from './simulator-fault.js';
export type { PosthogSimulatorOptions, SizeLimits } from './simulator-options.js';
export type { SimulatorRequest } from './simulator-request.js';
export type { IngestionWarning } from './query-rows.js';
