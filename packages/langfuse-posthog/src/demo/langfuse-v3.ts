import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import { startEmbeddedClickHouse } from '@sluice/embedded-clickhouse';
import { clickHouseTotals, seedClickHouse } from '@sluice/langfuse-history';
import type { DemoEvents } from './expected-events.js';
import { startStage, type DemoDatabase } from './start-stage.js';

/** Langfuse v3 or v4 in ClickHouse. */
function database(version: 'v3' | 'v4'): DemoDatabase {
  return {
    name: 'ClickHouse',
    variable: 'LANGFUSE_CLICKHOUSE_URL',
    start: () => startEmbeddedClickHouse({ serverUrl: '' }),
    seed: (url, history) => seedClickHouse(url, { ...history, version }),
    totals: (url) => clickHouseTotals(url, version),
  };
}

export function startDemo(version: 'v3' | 'v4', events: DemoEvents): (options: DemoOptions) => Promise<DemoStage> {
  return (options) => startStage(options, database(version), events);
}
