export { langfusePostgresSource } from './definition.js';
export { langfuseStreams } from './streams.js';
