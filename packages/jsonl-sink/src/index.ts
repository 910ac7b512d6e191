export { jsonlSink } from './definition.js';
export { jsonlSinkModule } from './module.js';
