import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import { startEmbeddedPostgres } from '@sluice/embedded-postgres';
import { databaseTotals, seedDatabase } from '@sluice/langfuse-history';
import type { DemoEvents } from './expected-events.js';
import { startStage, type DemoDatabase } from './start-stage.js';

/** Langfuse v2 in Postgres. */
const DATABASE: DemoDatabase = {
  name: 'Postgres',
  variable: 'LANGFUSE_DATABASE_URL',
  start: () => startEmbeddedPostgres({ serverUrl: '' }),
  seed: seedDatabase,
  totals: databaseTotals,
};

export function startDemo(events: DemoEvents): (options: DemoOptions) => Promise<DemoStage> {
  return (options) => startStage(options, DATABASE, events);
}
