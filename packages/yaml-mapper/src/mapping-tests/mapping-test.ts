import type { JsonObject, JsonValue, StreamSchema } from '@sluice/core';
import type { Span } from '../yaml/source-file.js';

/** What a test says about its record. */
export type Expectation =
  /** All events of the record, in order; partial unless exact: then only what is written is looked at. */
  | { readonly kind: 'events'; readonly exact: boolean; readonly events: readonly JsonObject[] }
  /** No event: a part of the rule, or any. */
  | { readonly kind: 'filtered'; readonly rule?: string }
  /** The record cannot be mapped: a part of the reason, or any. */
  | { readonly kind: 'failed'; readonly reason?: string };

/** One test of a mapping. */
export interface MappingTest {
  readonly name: string;
  readonly span: Span;
  /** Where it is in its file: the how manyeth item of `tests`. */
  readonly index: number;
  readonly stream: StreamSchema;
  readonly given: ReadonlyMap<string, JsonValue>;
  readonly params: Readonly<Record<string, JsonValue>>;
  /** Absent: the test only says what is given, and `--update` writes what comes of it. */
  readonly expectation?: Expectation;
}
