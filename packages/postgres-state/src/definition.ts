import { API_VERSION } from '@sluice/core/adapter';
import type { StateStoreDefinition } from '@sluice/core/state';
import { postgresStateConfig, type PostgresStateConfig } from './config.js';
import { PostgresStateStore } from './postgres-state-store.js';
import { ReadingDatabases } from './reading-databases.js';

const reading = new ReadingDatabases();

export const postgresState: StateStoreDefinition<PostgresStateConfig> = {
  kind: 'state',
  apiVersion: API_VERSION,
  type: 'postgres',
  doc: 'Tables in a Postgres schema, for many workers on many machines.',
  config: postgresStateConfig,
  isShared: true,
  create: (config, context) => new PostgresStateStore(config, context, reading),
};
