export { objectStorageSink, objectStorageSink as definition } from './definition.js';
