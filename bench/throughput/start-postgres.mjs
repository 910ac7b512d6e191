import { startEmbeddedPostgres } from '@sluice/embedded-postgres';

/**
 * A private server whose cache holds what the benchmark reads again and again. No disk in the measured way.
 *
 * @param {{ accessRules?: string, settings?: Record<string, string> }} own for a server that other hosts reach
 */
export function startPostgres({ accessRules, settings } = {}) {
  return startEmbeddedPostgres({
    databaseName: 'langfuse',
    serverUrl: '',
    accessRules,
    settings: {
      ...settings,
      shared_buffers: '1GB',
      max_wal_size: '4GB',
      checkpoint_timeout: '1h',
      timezone: 'UTC',
    },
  });
}
