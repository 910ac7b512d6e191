import { ConfigError } from '@sluice/core/adapter';
import type { LoadedPipeline } from '../pipeline/loaded-pipeline.js';

/** Pipelines of one name would share their state, metrics and log lines. */
export function assertDistinctNames(pipelines: readonly LoadedPipeline[]): void {
  const files = new Map<string, string>();
  for (const { name, config } of pipelines) {
    const other = files.get(name);
    if (other !== undefined) {
      throw new ConfigError([], `duplicate pipeline name "${name}" in ${other} and ${config.file}: rename one of them`);
    }
    files.set(name, config.file);
  }
}
