import type { FieldSchema, FieldType } from '@sluice/core/source';

export type Traits = Partial<Omit<FieldSchema, 'type' | 'doc'>>;

export const CHANGEABLE: Traits = { changeable: true };
export const NULLABLE: Traits = { nullable: true, changeable: true };
export const PERSONAL: Traits = { ...NULLABLE, personal: true };

/** A field that is never null, never changes and is about nobody, unless the traits say otherwise. */
export function field(type: FieldType, doc: string, traits: Traits = {}): FieldSchema {
  return { type, nullable: false, changeable: false, personal: false, doc, ...traits };
}
