import { API_VERSION } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';
import { recordAt, withheldContent } from '@sluice/langfuse-records';
import { langfusePostgresSourceConfig, type LangfusePostgresSourceConfig } from './config.js';
import { LangfusePostgresSource } from './langfuse-postgres-source.js';
import { langfusePostgresSetup } from './setup.js';
import { langfuseStreams } from './streams.js';

export const langfusePostgresSource: SourceDefinition<LangfusePostgresSourceConfig> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'langfuse-postgres',
  doc: 'Traces, generations, observations and scores from the Postgres database of Langfuse v2.',
  config: langfusePostgresSourceConfig,
  streams: langfuseStreams,
  setup: langfusePostgresSetup,
  recordAt(address) {
    const record = recordAt(address);
    return record && { stream: record.stream, key: record.id };
  },
  withheld: (field, { content }) => withheldContent(field, content),
  create: (config, context) => new LangfusePostgresSource(config, context),
};
