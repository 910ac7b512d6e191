export { langfusePosthog } from './preset.js';
