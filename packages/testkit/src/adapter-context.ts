import type { SinkContext } from '@sluice/core/sink';
import { SecretRedactor } from '@sluice/core/service';
import { manualRuntime } from './manual-runtime.js';
import { recordingLogger } from './recording-logger.js';

/** The context of an adapter under test: a manual clock, a recording logger, an empty environment. */
export function anAdapterContext(overrides: Partial<SinkContext> = {}): SinkContext {
  return {
    logger: recordingLogger(),
    runtime: manualRuntime(),
    redactor: new SecretRedactor(),
    environment: {},
    baseDirectory: process.cwd(),
    userAgent: 'sluice/0.1.0',
    pipeline: 'test',
    events: [],
    ...overrides,
  };
}
