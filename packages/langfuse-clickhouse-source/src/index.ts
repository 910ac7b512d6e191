export { langfuseClickHouseSource } from './definition.js';
