import { API_VERSION } from '@sluice/core/adapter';
import type { SourceDefinition } from '@sluice/core/source';
import { recordAt, withheldContent } from '@sluice/langfuse-records';
import { langfuseClickHouseSourceConfig, type LangfuseClickHouseSourceConfig } from './config.js';
import { LangfuseClickHouseSource } from './langfuse-clickhouse-source.js';
import { langfuseStreams } from './layout/stream-fields.js';
import { keyText } from './read/record-key.js';
import { langfuseClickHouseSetup } from './setup.js';

export const langfuseClickHouseSource: SourceDefinition<LangfuseClickHouseSourceConfig> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'langfuse-clickhouse',
  doc: 'Traces, generations, observations and scores from the ClickHouse database of Langfuse v3 and v4.',
  config: langfuseClickHouseSourceConfig,
  streams: langfuseStreams,
  setup: langfuseClickHouseSetup,
  recordAt(address) {
    const { stream, project, id } = recordAt(address) ?? {};
    // A key begins with its project.
    if (stream === undefined || project === undefined || id === undefined) return undefined;
    return { stream, key: keyText([project, id]) };
  },
  withheld: (field, { content }) => withheldContent(field, content),
  unset: (field, { projectNames, postgres }) =>
    field === 'project_name' && postgres === undefined && Object.keys(projectNames).length === 0
      ? 'set `projectNames` or `postgres` in the options of the source'
      : undefined,
  create: (config, context) => new LangfuseClickHouseSource(config, context),
};
