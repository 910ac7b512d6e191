export type { FieldValue, Instant, JsonObject, JsonValue, Row } from './contracts/value.js';
export { UNITS, type Dimension, type Unit } from './contracts/unit.js';
export type { FieldRequest, FieldSchema, FieldType, StreamSchema } from './contracts/stream-schema.js';
export type { Axis, Window, WindowPart } from './contracts/window.js';
export type { CheckResult } from './contracts/check-result.js';
export type { Identity, SourceIdentity } from './contracts/identity.js';
export type {
  CallOptions,
  DigestRequest,
  GetRequest,
  ReadPlan,
  ReadRequest,
  RecordPage,
  Source,
  SourceEnd,
} from './contracts/source.js';
export { eventId, type MappedEvent } from './contracts/event.js';
export type {
  EventSchema,
  KnownName,
  MapFieldSchema,
  SinkEventSchema,
  ValueFieldSchema,
} from './contracts/event-schema.js';
export type {
  LoadedMapping,
  Mapper,
  MappingContext,
  MappingLanguage,
  MappingLocation,
  MapResult,
  StreamMapper,
} from './contracts/mapper.js';
export type { Document } from './contracts/document.js';
export type { Place, Problem } from './contracts/problem.js';
export type { ProblemCode } from './contracts/problem-code.js';
export type { Outcome, Receipt, Refusal, Rejection } from './contracts/receipt.js';
export type {
  Assembly,
  AssemblyContext,
  EncodedEvent,
  Encoding,
  RequestDescription,
  Sink,
  SinkHistory,
  SinkLimits,
  SinkRequest,
} from './contracts/sink.js';
export {
  addCounts,
  imbalance,
  NO_COUNTS,
  NO_REPEATS,
  repeatedEvents,
  type Counts,
  type RepeatCounts,
} from './contracts/counts.js';
export { HOUR_MS, hourOf, NO_KEYS, type HourDigest, type KeySums, type SourceDigest } from './contracts/digest.js';
export type { DeadLetter } from './contracts/dead-letter.js';
export type { Backfill, LedgerSegment, LedgerWindow, WindowPurpose } from './contracts/ledger.js';
export {
  EMPTY_STATE,
  type Attribution,
  type Binding,
  type DayCounts,
  type HistoryEntry,
  type LeaseHolder,
  type LastRun,
  type Pause,
  type PipelineState,
  type StateChange,
  type StateReader,
  type StateStore,
  type StateWriter,
} from './contracts/state-store.js';
export type { Commit, DeadLetterChange, DigestChange, LeasedState, StoredCommit } from './contracts/leased-state.js';
export type { Demo, DemoCounts, DemoOptions, DemoStage, Preset } from './contracts/preset.js';
export type { SetupChoice, SetupQuestion } from './contracts/setup.js';
export type { Schedule, ScheduleOptions, Scheduler } from './contracts/scheduler.js';
export type { Observation, Observer, Peer, RequestOutcome } from './contracts/observation.js';
export type { Runtime } from './contracts/runtime.js';
export type { Logger } from './contracts/logger.js';
export {
  API_VERSION,
  type AdapterContext,
  type SinkDefinition,
  type SourceDefinition,
  type StateStoreDefinition,
} from './contracts/definition.js';
export {
  ConfigError,
  InvalidRequestError,
  RefusedError,
  SluiceError,
  SourceDriftError,
  StateError,
  TooLargeError,
  TransientError,
  UnexpectedAnswerError,
} from './contracts/errors.js';
export { bindingToCommit } from './engine/run/bind-state.js';
export type { EngineContext, Pipeline } from './engine/pipeline.js';
export { previewPipeline, type Preview, type PreviewOptions } from './engine/inspection/preview-pipeline.js';
export type { RunOptions, RunResult } from './engine/run/with-lease.js';
export { runPipeline } from './engine/run/run-pipeline.js';
export {
  pipelineStatus,
  type PipelineStatus,
  type StatusInputs,
  type StreamStatus,
} from './engine/inspection/pipeline-status.js';
export {
  previewBackfill,
  type BackfillPreview,
  type ExpectedPace,
  type StreamBackfillPreview,
} from './engine/backfill/preview-backfill.js';
export type { BackfillProgress } from './engine/backfill/backfill-progress.js';
export { backfillPipeline, type BackfillOptions, type BackfillRequest } from './engine/backfill/run-backfill.js';
export { acceptChanges, planAcceptance, type Acceptance } from './engine/state-operations/accept-changes.js';
export type { BindingDifference } from './engine/run/binding-differences.js';
export {
  planRewind,
  rewindPipeline,
  type RewindPlan,
  type RewindRequest,
  type StreamRewind,
} from './engine/state-operations/rewind-pipeline.js';
export { stateOverview, type StateOverview, type StreamOverview } from './engine/state-operations/state-overview.js';
export { discardDeadLetters } from './engine/dead-letters/discard-dead-letters.js';
export {
  replayDeadLetters,
  type ReplayOptions,
  type ReplayReport,
  type ReplayResult,
} from './engine/dead-letters/replay-dead-letters.js';
export {
  isAccountedFor,
  verifyPipeline,
  type Verification,
  type VerifyOptions,
} from './engine/verify/verify-pipeline.js';
export { repairPipeline, type RepairOptions, type RepairResult } from './engine/verify/repair-pipeline.js';
export type { StreamVerification } from './engine/verify/verify-stream.js';
export type { HourDifference } from './engine/verify/compare-digests.js';
export { openSource } from './engine/retry/open-adapters.js';
export { sampleRecords, type SampledRecord, type SampleOptions } from './engine/inspection/sample-records.js';
export type { RunProgress, RunReport } from './engine/run/run-report.js';
export { followedUntil } from './engine/run/followed-until.js';
export { systemRuntime } from './engine/system-runtime.js';
export { PipelineMonitor, type Trouble, type TroubleCause } from './service/pipeline-monitor.js';
export { servePipeline, type ServedPipeline, type ServeOptions } from './service/serve-pipeline.js';
export { InProcessScheduler } from './scheduler/in-process-scheduler.js';
export { loadPipelineFile, type LoadedPipelineFile } from './config/load-pipeline-file.js';
export type { PipelineConfig } from './config/pipeline-config.js';
export { environmentFromFile } from './config/environment-file.js';
export { readDocument } from './document/read-document.js';
export { CONFIG_CODES } from './config/config-codes.js';
export { FILE_CODES } from './document/file-codes.js';
export { closestName } from './document/did-you-mean.js';
export { renderProblems } from './document/render-problems.js';
export { duration } from './config/duration.js';
export { INSTANT_FORMS, isRealDay, parseInstant } from './config/parse-instant.js';
export { byteSize } from './config/byte-size.js';
export { share } from './config/share.js';
export { createRegistry } from './registry/registry.js';
export { locatePackageFile } from './registry/locate-package-file.js';
export { loadInstalledAdapters, withInstalledAdapter } from './registry/load-installed-adapters.js';
export { createLogger } from './logging/create-logger.js';
export { redactKnownSecrets, registerSecret } from './logging/known-secrets.js';
export { addKeySums, keySums } from './state/key-sums.js';
export { applyCommit } from './state/decide.js';
export { DigestBook } from './state/digest-book.js';
export { describeHolder, inUseError } from './state/in-use-error.js';
export { openStateWriter } from './state/open-state-writer.js';
export { storedCommit, storedDeadLetter, storedDigest, storedState } from './state/stored-schema.js';
export { coreModule } from './module.js';
export { Secret, secretText } from './config/secret.js';
export type { JsonSchema } from './json-schema/json-schema.js';
export { pipelineJsonSchema, type PipelineJsonSchemaOptions } from './json-schema/pipeline-json-schema.js';
export { tokens } from './tokens.js';
