/** The operations on a composed pipeline. `@sluice/sluice` composes it from a file or an object. */
export {
  type BackfillPreview,
  type ExpectedPace,
  previewBackfill,
  type StreamBackfillPreview,
} from './engine/backfill/preview-backfill.js';
export { type BackfillOptions, backfillPipeline, type BackfillRequest } from './engine/backfill/run-backfill.js';
export { discardDeadLetters } from './engine/dead-letters/discard-dead-letters.js';
export {
  replayDeadLetters,
  type ReplayOptions,
  type ReplayReport,
  type ReplayResult,
} from './engine/dead-letters/replay-dead-letters.js';
export {
  pipelineStatus,
  type PipelineStatus,
  type StatusInputs,
  type StreamStatus,
} from './engine/inspection/pipeline-status.js';
export { textObstacle } from './engine/delivery/text-path.js';
export { type Preview, type PreviewedRecord, previewPipeline } from './engine/inspection/preview-pipeline.js';
export type { RecordFate } from './engine/inspection/record-fate.js';
export type { MoreRecords } from './engine/inspection/records-of-key.js';
export { type SampledRecord, sampleRecords } from './engine/inspection/sample-records.js';
export type { EngineContext, Pipeline } from './engine/pipeline.js';
export { openSource } from './engine/retry/retry.js';
export { type BindingDifference, bindingToCommit } from './engine/run/bind-state.js';
export { estimateRest } from './engine/run/first-backfill.js';
export { runPipeline } from './engine/run/run-pipeline.js';
export type { MappingChange } from './engine/run/mapping-change.js';
export type { RunProgress } from './engine/run/progress-tally.js';
export type { RunReport } from './engine/run/run-report.js';
export type { RunOptions, RunResult } from './engine/run/with-lease.js';
export { type Acceptance, acceptChanges, planAcceptance } from './engine/state-operations/accept-changes.js';
export {
  planRewind,
  rewindPipeline,
  type RewindPlan,
  type RewindRequest,
  type StreamRewind,
} from './engine/state-operations/rewind-pipeline.js';
export { stateOverview, type StateOverview, type StreamOverview } from './engine/state-operations/state-overview.js';
export { type ReadingBranch, SharedSource } from './engine/shared-read/shared-source.js';
export { systemRuntime } from './engine/system-runtime.js';
export type { DestinationRange } from './engine/read-back/destination-range.js';
export { type DestinationVerification, hasArrived } from './engine/read-back/destination-verification.js';
export type { HourDifference } from './engine/verify/compare-digests.js';
export { type RepairOptions, repairPipeline, type RepairResult } from './engine/verify/repair-pipeline.js';
export {
  type DestinationRepairOptions,
  repairDestination,
  type DestinationRepairResult,
} from './engine/read-back/repair-destination.js';
export { verifyDestination } from './engine/read-back/verify-destination.js';
export { isAccountedFor, type Verification, verifyPipeline } from './engine/verify/verify-pipeline.js';
export type { StreamVerification } from './engine/verify/verify-stream.js';
