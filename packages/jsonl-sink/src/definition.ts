import { resolve } from 'node:path';
import { API_VERSION } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import { jsonlSinkConfig, type JsonlSinkConfig } from './config.js';
import { FileOutput } from './file-output.js';
import { JsonlSink } from './jsonl-sink.js';
import { jsonlSetup } from './setup.js';
import { standardStream } from './standard-stream.js';
import { StreamOutput } from './stream-output.js';

export const jsonlSink: SinkDefinition<JsonlSinkConfig> = {
  apiVersion: API_VERSION,
  kind: 'sink',
  type: 'jsonl',
  doc: 'Writes events as JSON lines to stdout or a file.',
  config: jsonlSinkConfig,
  eventSchema: 'any',
  repeats: () => ({ effect: 'add' }),
  setup: jsonlSetup,
  create: ({ path }, { baseDirectory, logger }) => {
    const file = resolve(baseDirectory, path);
    const isStream = path === '-' || standardStream(file) === 'stdout';
    return new JsonlSink(isStream ? new StreamOutput(process.stdout, 'stdout') : new FileOutput(file, logger));
  },
};
