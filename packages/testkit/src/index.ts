export { anAdapterContext } from './adapter-context.js';
export { anEvent, aUuid, someEvents } from './an-event.js';
export {
  destinationDouble,
  type DestinationDouble,
  type DestinationDoubleOptions,
  type TakenEvents,
} from './destination-double.js';
export { eventText, type EventsAsText } from './event-text.js';
export { manualRuntime, type ManualRuntime, type ManualRuntimeOptions } from './manual-runtime.js';
export type { MemoryRecord } from './memory-position.js';
export { memorySource, type MemorySource, type MemorySourceOptions, type MemoryStream } from './memory-source.js';
export { MemoryState, MemoryStateStore, type MemoryStateStoreOptions } from './memory-state-store.js';
export { pageText, type PageTextOptions } from './page-text.js';
export { recordingLogger, type LogLine, type RecordingLogger } from './recording-logger.js';
export { recordingSink, type RecordedSend, type RecordingSink, type RecordingSinkOptions } from './recording-sink.js';
export { testRuns } from './test-runs.js';
export { describeSink } from './conformance/describe-sink.js';
export type { DescribeSinkOptions, DestinationFaults, SinkUnderTest } from './conformance/sink-bench.js';
export { describeSource } from './conformance/describe-source.js';
export type { DescribeSourceOptions, SourceUnderTest } from './conformance/source-bench.js';
export { describeSharedState, type DescribeSharedStateOptions } from './conformance/describe-shared-state.js';
export {
  describeStateStore,
  type DescribeStateStoreOptions,
  type StateStoreUnderTest,
} from './conformance/describe-state-store.js';
