import { API_VERSION } from '@sluice/core/adapter';
import { streamSchemas, type SourceDefinition } from '@sluice/core/source';
import { jsonlSourceConfig, type JsonlSourceConfig } from './config.js';
import { jsonlStreams, type StreamDescription } from './described.js';
import { JsonlSource } from './jsonl-source.js';

export const jsonlSource: SourceDefinition<JsonlSourceConfig> = {
  kind: 'source',
  apiVersion: API_VERSION,
  type: 'jsonl',
  doc: 'Files of JSON lines, plain or gzipped, described in a schema file.',
  config: jsonlSourceConfig,
  streams: [],
  described: {
    schema: jsonlStreams,
    streamsOf: (streams: Readonly<Record<string, StreamDescription>>) => streamSchemas(streams),
  },
  setup: [
    {
      option: 'files',
      label: 'Files',
      help: 'a file, a folder or a pattern such as logs/**/*.jsonl.gz',
      example: 'events.jsonl',
    },
    {
      option: 'schema',
      label: 'Schema file',
      help: 'the file that describes the records: ./events.schema.yaml',
      example: './events.schema.yaml',
    },
  ],
  create: (config, context) => new JsonlSource(config, context),
};
