export { jsonlSource, jsonlSource as definition } from './definition.js';
