export { postgresState } from './definition.js';
