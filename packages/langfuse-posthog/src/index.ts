export { langfuseClickHousePosthog, langfusePosthog } from './preset.js';
