/** For authors of sources and sinks: the contracts, their errors, and the options that configurations share. */
export { byteSize } from './config/byte-size.js';
export { duration } from './config/duration.js';
export { Secret, secretText } from './config/secret.js';
export type { CheckResult } from './contracts/check-result.js';
export {
  type AdapterContext,
  API_VERSION,
  type SinkDefinition,
  type SourceDefinition,
  type StateStoreDefinition,
} from './contracts/definition.js';
export { type KeySums, NO_KEYS, type SourceDigest } from './contracts/digest.js';
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
export type { EventSchema, KnownName, MapFieldSchema, ValueFieldSchema } from './contracts/event-schema.js';
export { eventId, type MappedEvent } from './contracts/event.js';
export type { Identity, SourceIdentity } from './contracts/identity.js';
export type { Logger } from './contracts/logger.js';
export type { Demo, DemoCounts, DemoOptions, DemoStage, Preset } from './contracts/preset.js';
export type { Outcome, Receipt, Refusal, Rejection } from './contracts/receipt.js';
export type { Redactor } from './contracts/redactor.js';
export type { Runtime } from './contracts/runtime.js';
export type { SetupChoice, SetupQuestion } from './contracts/setup.js';
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
export type { FieldRequest, FieldSchema, FieldType, StreamSchema } from './contracts/stream-schema.js';
export type { Unit } from './contracts/unit.js';
export type { FieldValue, Instant, JsonObject, JsonValue, Row } from './contracts/value.js';
export type { Axis, Window, WindowPart } from './contracts/window.js';
export { addKeySums, keySums } from './state/key-sums.js';
