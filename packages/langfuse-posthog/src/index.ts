export {
  langfuseClickHousePosthog,
  langfuseClickHousePosthogAi,
  langfusePosthog,
  langfusePosthogAi,
} from './preset.js';
