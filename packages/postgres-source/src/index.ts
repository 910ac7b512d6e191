export { postgresSource, postgresSource as definition } from './definition.js';
