import type { StreamSchema } from '@sluice/core';
import type { Span } from '../yaml/source-file.js';
import type { Expression } from './expression.js';

/** A field of an event that holds one value. */
export interface CheckedValue {
  readonly kind: 'value';
  readonly name: string;
  readonly span: Span;
  readonly doc?: string;
  readonly expression: Expression;
  readonly required: boolean;
}

/** One name in a map such as `properties`. */
export interface CheckedName {
  readonly name: string;
  readonly span: Span;
  readonly doc?: string;
  readonly expression: Expression;
  /** Whether the name is left out when its value is null. */
  readonly omitNull: boolean;
}

/** A field of an event that holds named values. */
export interface CheckedMap {
  readonly kind: 'map';
  readonly name: string;
  readonly span: Span;
  readonly nulls: 'kept' | 'omitted';
  readonly names: readonly CheckedName[];
}

/** One event of a mapping after every check. */
export interface CheckedEvent {
  readonly name: string;
  readonly doc?: string;
  readonly stream: StreamSchema;
  readonly span: Span;
  readonly conditions: readonly { readonly expression: Expression; readonly text: string }[];
  readonly each?: Expression;
  /** `uuid` among them, in the mapping's order. */
  readonly fields: readonly (CheckedValue | CheckedMap)[];
}
