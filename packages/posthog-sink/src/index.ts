export { posthogSink } from './definition.js';
export { posthogEventSchema } from './event-schema.js';
export { posthogSinkModule } from './module.js';
