import { createContainer, type SluiceOptions } from './container.js';
import type { Sluice } from './sluice.js';

export type { SluiceOptions } from './container.js';

/**
 * Sluice for a program: load pipelines, then check, run and serve them. Instances share nothing: each has its own
 * adapters, logger and secrets. Nothing ends the process, and nothing is opened before an operation needs it.
 *
 * Throws `ConfigError` when two adapters have the same type, or one was written for another version of the contracts.
 */
export function createSluice(options: SluiceOptions = {}): Sluice {
  return createContainer(options);
}
