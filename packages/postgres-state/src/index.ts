export { postgresState } from './definition.js';
export { postgresStateModule } from './module.js';
