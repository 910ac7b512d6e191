import type { StreamSchema } from '@sluice/core/source';
import type { Span } from '@sluice/core/document';
import type { Expression } from './expression.js';

/** A field of an event that holds one value. */
export interface CheckedValue {
  readonly kind: 'value';
  readonly name: string;
  readonly span: Span;
  readonly doc?: string | undefined;
  readonly expression: Expression;
  readonly required: boolean;
}

/** One name in a map such as `properties`. */
export interface CheckedName {
  readonly name: string;
  readonly span: Span;
  readonly doc?: string | undefined;
  readonly expression: Expression;
  /** Whether the name is left out if its value is null. */
  readonly omitNull: boolean;
}

/** A field of an event that holds values by name. */
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
  readonly doc?: string | undefined;
  readonly stream: StreamSchema;
  readonly span: Span;
  readonly conditions: readonly { readonly expression: Expression; readonly text: string }[];
  /** When a record is final, and the age at which it is sent as it is; absent: it always is. */
  readonly final?: { readonly when: Expression; readonly withinMs: number } | undefined;
  readonly each?: Expression | undefined;
  /** Including `uuid`, in the mapping's order. */
  readonly fields: readonly (CheckedValue | CheckedMap)[];
}

/** The value of a field, or those in its map, by path: `timestamp`, `properties.team`. */
export function valuesOf(
  field: CheckedValue | CheckedMap,
): readonly { readonly path: string; readonly expression: Expression }[] {
  if (field.kind === 'value') return [{ path: field.name, expression: field.expression }];
  return field.names.map(({ name, expression }) => ({ path: `${field.name}.${name}`, expression }));
}
