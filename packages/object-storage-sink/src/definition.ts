import { resolve } from 'node:path';
import { API_VERSION } from '@sluice/core/adapter';
import type { SinkContext, SinkDefinition } from '@sluice/core/sink';
import { objectStorageSinkConfig, type ObjectStorageSinkConfig } from './config.js';
import { FolderStore } from './folder-store.js';
import { ndjsonFormat } from './ndjson-format.js';
import { ObjectStorageSink } from './object-storage-sink.js';
import type { ObjectStore } from './object-store.js';
import { parquetFormat } from './parquet-format.js';
import { S3Store } from './s3-store.js';
import { objectStorageSetup } from './setup.js';

export const objectStorageSink: SinkDefinition<ObjectStorageSinkConfig> = {
  apiVersion: API_VERSION,
  kind: 'sink',
  type: 'object-storage',
  doc: 'Stores events as Parquet or NDJSON files in S3-compatible storage or a folder.',
  config: objectStorageSinkConfig,
  eventSchema: 'any',
  // The published view, not the files, is what readers rely on: it keeps the newest body of each event.
  repeats: () => ({ effect: 'replace' }),
  setup: objectStorageSetup,
  previewVariants: [
    { name: 'parquet', with: { format: 'parquet' } },
    { name: 'ndjson', with: { format: 'ndjson' } },
  ],
  create: (config, context) => {
    const format = config.format === 'parquet' ? parquetFormat(context.events, context.userAgent) : ndjsonFormat;
    return new ObjectStorageSink(storeOf(config, context), format, context);
  },
};

function storeOf(config: ObjectStorageSinkConfig, context: SinkContext): ObjectStore {
  const { bucket, path = '', prefix = context.pipeline } = config;
  if (bucket === undefined) return new FolderStore(resolve(context.baseDirectory, path), prefix);
  return new S3Store(bucket, prefix, config, context);
}
