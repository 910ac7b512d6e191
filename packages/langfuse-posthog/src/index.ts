export { langfusePosthogModule } from './module.js';
export { langfusePosthog } from './preset.js';
