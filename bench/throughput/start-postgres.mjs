import { startEmbeddedPostgres } from '@sluice/embedded-postgres';

/** A private server whose cache holds what the benchmark reads again and again. No disk in the measured way. */
export function startPostgres() {
  return startEmbeddedPostgres({
    databaseName: 'langfuse',
    serverUrl: '',
    settings: { shared_buffers: '1GB', max_wal_size: '4GB', checkpoint_timeout: '1h', timezone: 'UTC' },
  });
}
