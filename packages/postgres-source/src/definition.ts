import { API_VERSION } from '@sluice/core/adapter';
import { streamSchemas, type SourceDefinition } from '@sluice/core/source';
import { postgresSourceConfig, pullConfig, type PostgresSourceConfig, type PullConfig } from './config.js';
import { postgresStreams, type StreamDescription } from './described.js';
import { PostgresSource } from './postgres-source.js';
import { pullSchema } from './pull-schema.js';
import { postgresSetup } from './setup.js';

export const postgresSource: SourceDefinition<PostgresSourceConfig> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'postgres',
  doc: 'The tables, views and queries of any Postgres database, described in a schema file.',
  config: postgresSourceConfig,
  streams: [],
  described: {
    schema: postgresStreams,
    streamsOf: (streams: Readonly<Record<string, StreamDescription>>) => streamSchemas(streams),
    pull: {
      config: pullConfig,
      read: (config: PullConfig, context, options) => pullSchema(config, context, options),
    },
  },
  setup: postgresSetup,
  create: (config, context) => new PostgresSource(config, context),
};
