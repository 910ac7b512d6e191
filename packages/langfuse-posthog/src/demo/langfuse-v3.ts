import type { DemoOptions, DemoStage } from '@sluice/core/preset';
import { startEmbeddedClickHouse } from '@sluice/embedded-clickhouse';
import { seedClickHouse } from '@sluice/langfuse-history';
import { startStage } from './start-stage.js';

/** Langfuse v3 or v4 in ClickHouse. */
export function startDemo(version: 'v3' | 'v4'): (options: DemoOptions) => Promise<DemoStage> {
  return (options) =>
    startStage(options, {
      name: 'ClickHouse',
      variable: 'LANGFUSE_CLICKHOUSE_URL',
      start: () => startEmbeddedClickHouse({ serverUrl: '' }),
      seed: (url, history) => seedClickHouse(url, { ...history, version }),
    });
}
