import type { SetupQuestion } from '@sluice/core/adapter';
import { PROJECTS_QUESTION } from '@sluice/langfuse-records';

/** What `sluice init` asks about the database. */
export const langfuseClickHouseSetup: readonly SetupQuestion[] = [
  {
    option: 'url',
    label: 'Address of the ClickHouse database of Langfuse',
    help: 'https://sluice:…@clickhouse.example.com:8443/default, with a read-only user',
    variable: 'LANGFUSE_CLICKHOUSE_URL',
    sensitive: true,
    example: 'http://sluice@localhost:8123/default',
  },
  PROJECTS_QUESTION,
];
