import type { StreamSchema } from '@sluice/core';
import type { Expression } from './expression.js';
import type { Span } from '../yaml/source-file.js';

export interface CheckedValue {
  readonly kind: 'value';
  readonly name: string;
  readonly span: Span;
  readonly expression: Expression;
  readonly required: boolean;
}

export interface CheckedMap {
  readonly kind: 'map';
  readonly name: string;
  readonly span: Span;
  readonly nulls: 'kept' | 'omitted';
  readonly names: readonly { readonly name: string; readonly expression: Expression }[];
}

/** One event of a mapping after every check. */
export interface CheckedEvent {
  readonly name: string;
  readonly stream: StreamSchema;
  readonly span: Span;
  readonly conditions: readonly { readonly expression: Expression; readonly text: string }[];
  readonly each?: Expression;
  /** `uuid` among them, in the mapping's order. */
  readonly fields: readonly (CheckedValue | CheckedMap)[];
}
