export { langfusePostgresSource } from './definition.js';
export { langfusePostgresSourceModule } from './module.js';
export { langfuseStreams } from './streams.js';
