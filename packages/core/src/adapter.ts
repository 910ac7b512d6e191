/** For authors of any adapter: the context, the errors, and the options that configurations share. */
export { byteSize } from './config/byte-size.js';
export { duration } from './config/duration.js';
export { Secret, secretText } from './config/secret.js';
export type { CheckChoice, CheckResult } from './contracts/check-result.js';
export { type AdapterContext, API_VERSION } from './contracts/definition.js';
export { ConfigError, RefusedError, SluiceError, TransientError, UnexpectedAnswerError } from './contracts/errors.js';
export type { Identity } from './contracts/identity.js';
export type { Logger } from './contracts/logger.js';
export type { MappingFunction, MappingFunctionParameter } from './contracts/mapping-function.js';
export type { Redactor } from './contracts/redactor.js';
export type { Runtime } from './contracts/runtime.js';
export type { SetupChoice, SetupQuestion } from './contracts/setup.js';
export type { CallOptions } from './contracts/source.js';
export type { Unit } from './contracts/unit.js';
export type { Instant, JsonObject, JsonValue } from './contracts/value.js';
