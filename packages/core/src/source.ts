/** For authors of sources. */
export { describedField, describedStream, describedStreams, streamSchemas } from './config/described-streams.js';
export { isRealDay } from './config/parse-instant.js';
export type { PulledSchema, SchemaEdit, SourceDefinition, StreamDescriptions } from './contracts/definition.js';
export { type KeySums, NO_KEYS, type SourceDigest } from './contracts/digest.js';
export { SourceDriftError } from './contracts/errors.js';
export { exactJson } from './text/exact-json.js';
export { ExactNumber } from './contracts/exact-number.js';
export type { SourceIdentity } from './contracts/identity.js';
export { parseJson } from './text/parse-json.js';
export type {
  DigestRequest,
  GetRequest,
  ReadPlan,
  ReadRequest,
  RecordPage,
  RecordProblem,
  RelatedKeys,
  RelatedRequest,
  Source,
  SourceEnd,
} from './contracts/source.js';
export type { FieldRequest, FieldSchema, FieldType, StreamSchema } from './contracts/stream-schema.js';
export type { FieldValue, Row } from './contracts/value.js';
export type { Axis, Window, WindowPart } from './contracts/window.js';
export { addKeySums, keySums } from './state/key-sums.js';
