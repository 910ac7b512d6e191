export { pgBossScheduler } from './definition.js';
