export { jsonlSink } from './definition.js';
