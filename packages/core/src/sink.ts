/** For authors of sinks. */
export type {
  ArrivalRange,
  Arrivals,
  ArrivedHour,
  ArrivedUuids,
  LikelyCause,
  MissingEvents,
  UuidSums,
} from './contracts/arrivals.js';
export {
  dashboardsFor,
  type ChartDescription,
  type ChartDrawing,
  type DashboardAction,
  type DashboardChange,
  type DashboardDescription,
  type DashboardDifference,
  type DashboardKeeper,
  type DashboardPlan,
} from './contracts/dashboard.js';
export type { DashboardKeeping, SinkContext, SinkDefinition } from './contracts/definition.js';
export { InvalidRequestError, TooLargeError } from './contracts/errors.js';
export {
  isMapDescription,
  type EventDescription,
  type MapDescription,
  type ValueDescription,
} from './contracts/event-description.js';
export type { EventOutline, EventProblem } from './contracts/event-outline.js';
export type {
  ConstantProblem,
  EventSchema,
  KnownName,
  MapFieldSchema,
  ValueFieldSchema,
} from './contracts/event-schema.js';
export { eventId, type MappedEvent } from './contracts/event.js';
export { repeatRuleOf, type RepeatEffect, type RepeatRule, type Repeats } from './contracts/repeats.js';
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
export { STANDARD_FIELDS } from './contracts/standard-event.js';
