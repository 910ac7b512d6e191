import type { FieldType, Unit } from '@sluice/core';

/** What is known about an expression's value before any record is seen. `invalid` has been reported already. */
export interface ValueType {
  readonly name: FieldType | 'null' | 'invalid';
  readonly nullable: boolean;
  readonly unit?: Unit;
  /** A number written in the mapping: it takes whatever unit its surroundings have. */
  readonly literal?: boolean;
}

export function describeType(type: ValueType): string {
  return type.unit === undefined ? type.name : `${type.name} in ${type.unit}`;
}

export function isScalarType(name: ValueType['name']): boolean {
  return name === 'text' || name === 'number' || name === 'boolean';
}
