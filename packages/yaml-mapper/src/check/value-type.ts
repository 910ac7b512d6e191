import type { Unit } from '@sluice/core/adapter';
import type { FieldType } from '@sluice/core/source';

/** What is known about an expression's value without a record. `invalid`: its problem has been reported. */
export interface ValueType {
  readonly name: FieldType | 'null' | 'invalid';
  readonly nullable: boolean;
  readonly unit?: Unit | undefined;
  /** A number written in the mapping: it takes the unit of what it is combined with. */
  readonly literal?: true | undefined;
}

export function describeType(type: ValueType): string {
  return type.unit === undefined ? type.name : `${type.name} in ${type.unit}`;
}

export function isScalarType(name: ValueType['name']): boolean {
  return name === 'text' || name === 'number' || name === 'boolean';
}
