import { API_VERSION } from '@sluice/core/adapter';
import type { SchedulerDefinition } from '@sluice/core/scheduler';
import { pgBossSchedulerConfig, type PgBossSchedulerConfig } from './config.js';
import { PgBossScheduler } from './pg-boss-scheduler.js';

export const pgBossScheduler: SchedulerDefinition<PgBossSchedulerConfig> = {
  kind: 'scheduler',
  apiVersion: API_VERSION,
  type: 'pg-boss',
  doc: 'pg-boss on Postgres: processes on any machines share the pipelines.',
  config: pgBossSchedulerConfig,
  create: (config, context) => new PgBossScheduler(config, context),
};
