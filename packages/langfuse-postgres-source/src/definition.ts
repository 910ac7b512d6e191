import { API_VERSION } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';
import { langfusePostgresSourceConfig, type LangfusePostgresSourceConfig } from './config.js';
import { LangfusePostgresSource } from './langfuse-postgres-source.js';
import { langfusePostgresSetup } from './setup.js';
import { recordAt } from './record-at.js';
import { langfuseStreams } from './streams.js';

export const langfusePostgresSource: SourceDefinition<LangfusePostgresSourceConfig> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'langfuse-postgres',
  doc: 'Traces, generations and scores from the Postgres database of Langfuse v2.',
  config: langfusePostgresSourceConfig,
  streams: langfuseStreams,
  setup: langfusePostgresSetup,
  recordAt,
  create: (config, context) => new LangfusePostgresSource(config, context),
};
