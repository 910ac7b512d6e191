/** For authors of sinks. */
export type { SinkDefinition } from './contracts/definition.js';
export { InvalidRequestError, TooLargeError } from './contracts/errors.js';
export type {
  ConstantProblem,
  EventSchema,
  KnownName,
  MapFieldSchema,
  ValueFieldSchema,
} from './contracts/event-schema.js';
export { eventId, type MappedEvent } from './contracts/event.js';
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
