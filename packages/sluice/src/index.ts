export { createSluice, type SluiceOptions } from './create-sluice.js';
export type { LintOptions, Sluice } from './sluice.js';
export type { AdapterDefinition } from './adapters/adapters.js';
export type { LoadOptions } from './pipeline/pipeline-loader.js';
export type { LoadedPipeline } from './pipeline/loaded-pipeline.js';
export type { DashboardOperations } from './pipeline/dashboard-operations.js';
export type { DeadLetterOperations } from './pipeline/dead-letter-operations.js';
export type { StateOperations } from './pipeline/state-operations.js';
export type { PipelineStatusReport } from './pipeline/loaded-pipeline.js';
export type { SourceAnswer } from './pipeline/ask-source.js';
export { isBad, type CheckSection } from './check/check-section.js';
export type { ServeOptions, ServeResult } from './service/pipeline-service.js';
export type { ListenAddress } from './monitoring/listen-address.js';
export { requireStream } from './pipeline/require-stream.js';
export { isPipelineFile } from './pipeline/kind-of-file.js';
export { ConfigError, SluiceError } from '@sluice/core/adapter';
export type { Problem } from '@sluice/core/config';
export type {
  Acceptance,
  BackfillPreview,
  DestinationRepairResult,
  DestinationVerification,
  PipelineStatus,
  Preview,
  RepairResult,
  ReplayResult,
  RewindPlan,
  RunReport,
  RunResult,
  StateOverview,
  Verification,
} from '@sluice/core/engine';
