import { API_VERSION } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import { connectionSettings } from '@sluice/postgres';
import { postgresSinkConfig, type PostgresSinkConfig } from './config.js';
import { tableStatements } from './ddl.js';
import { PostgresSink, tableOf } from './postgres-sink.js';
import { postgresSinkSetup } from './setup.js';
import { tableColumns } from './table-columns.js';

export const postgresSink: SinkDefinition<PostgresSinkConfig> = {
  apiVersion: API_VERSION,
  kind: 'sink',
  type: 'postgres',
  doc: 'Writes events as rows of a table in Postgres.',
  config: postgresSinkConfig,
  eventSchema: 'any',
  repeats: () => ({ effect: 'replace' }),
  setup: postgresSinkSetup,
  ddl: (config, { baseDirectory, events }) => {
    const { schema } = connectionSettings(config.url, baseDirectory);
    return tableStatements(tableOf(config, schema), tableColumns(events).all);
  },
  create: (config, context) => new PostgresSink(config, context),
};
