import type { FieldType, JsonValue, Unit } from '@sluice/core';

/** One value that an event can hold. */
export interface CatalogueField {
  /** The map that holds it, such as `properties`; absent for a field of the event itself. */
  readonly within?: string;
  readonly name: string;
  readonly type: FieldType | 'null';
  readonly unit?: Unit;
  /** Whether it can be null; `omitted`: then it is not there at all. */
  readonly nullable: boolean;
  readonly omitted: boolean;
  /** What it means: as the mapping says, else the field that it comes from, else the sink. */
  readonly meaning?: string;
  /** As the mapping writes it. */
  readonly expression: string;
  /** The fields of the record that it depends on. */
  readonly fields: readonly string[];
  /** The fields among them that tell who a person is, and leave as they are. */
  readonly personal: readonly string[];
  /** The one value that it always has. */
  readonly constant?: JsonValue;
  /** From the mapping's own tests, else made up. */
  readonly example?: JsonValue;
}

export interface CatalogueEvent {
  readonly event: string;
  readonly doc?: string;
  /** The stream whose records it is made of. */
  readonly from: string;
  /** The list of which every item makes an event. */
  readonly each?: string;
  /** All must hold. */
  readonly when: readonly string[];
  readonly fields: readonly CatalogueField[];
}

/** What a mapping knowingly relies on, or lets leave. */
export interface CataloguePermission {
  readonly fields: readonly string[];
  readonly because: string;
}

/** Every event of a mapping, for people and programs. */
export interface Catalogue {
  readonly mapping?: string;
  readonly doc?: string;
  readonly source: string;
  readonly sink: string;
  readonly events: readonly CatalogueEvent[];
  readonly identity: {
    /** An event replaces an earlier one only if all of these are equal; empty for a sink that keeps every event. */
    readonly fields: readonly { readonly field: string; readonly precision?: 'utcDay' }[];
    readonly accepts: readonly CataloguePermission[];
  };
  readonly personalData: { readonly allows: readonly CataloguePermission[] };
}
