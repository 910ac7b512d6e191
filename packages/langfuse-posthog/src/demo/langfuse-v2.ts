import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import { seedDatabase } from '@sluice/langfuse-history';
import { startStage } from './start-stage.js';

/** Langfuse v2 in Postgres. */
export function startDemo(options: DemoOptions): Promise<DemoStage> {
  return startStage(options, {
    name: 'Postgres',
    variable: 'LANGFUSE_DATABASE_URL',
    start: () => startEmbeddedPostgres({ serverUrl: '' }),
    seed: seedDatabase,
  });
}
