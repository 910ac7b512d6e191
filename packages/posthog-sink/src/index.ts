export { posthogSink } from './definition.js';
export { posthogEventSchema } from './event-schema.js';
