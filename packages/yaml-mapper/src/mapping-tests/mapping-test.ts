import type { JsonObject, JsonValue } from '@sluice/core/adapter';
import type { StreamSchema } from '@sluice/core/source';
import type { Span } from '@sluice/core/document';

/** What a test expects of its record. */
export type Expectation =
  /** All events of the record, in order. Unless exact, only the values that are written are compared. */
  | { readonly kind: 'events'; readonly exact: boolean; readonly events: readonly JsonObject[] }
  /** No event; optionally, a part of the rule that filters the record. */
  | { readonly kind: 'filtered'; readonly rule?: string | undefined }
  /** The record cannot be mapped; optionally, a part of the reason. */
  | { readonly kind: 'failed'; readonly reason?: string | undefined };

/** One test of a mapping. */
export interface MappingTest {
  readonly name: string;
  readonly span: Span;
  /** Its index in `tests`. */
  readonly index: number;
  readonly stream: StreamSchema;
  /** The sink that the mapping is resolved for. */
  readonly sink: string;
  readonly given: ReadonlyMap<string, JsonValue>;
  readonly params: Readonly<Record<string, JsonValue>>;
  /** Absent if `--update` has yet to write it. */
  readonly expectation?: Expectation | undefined;
}
