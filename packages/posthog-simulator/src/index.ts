export { PosthogSimulator } from './posthog-simulator.js';
export type { IngestionWarning } from './query-rows.js';
export type { ProjectPages } from './project-pages.js';
export type { SimulatedPage } from './simulated-page.js';
export { deduplicationKey, type ReceivedEvent } from './received-event.js';
export type { SimulatorFault } from './simulator-fault.js';
export type { PosthogSimulatorOptions, SizeLimits } from './simulator-options.js';
export type { SimulatorRequest } from './simulator-request.js';
export type { Groups, SimulatedGroup } from './groups.js';
