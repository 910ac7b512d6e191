import type { JsonValue, Unit } from '@sluice/core/adapter';
import type { FieldType } from '@sluice/core/source';

/** One value that an event can hold. */
export interface CatalogueField {
  /** The map that holds it, such as `properties`; absent for a field of the event itself. */
  readonly within?: string;
  readonly name: string;
  readonly type: FieldType | 'null';
  readonly unit?: Unit;
  /** Whether it can be null; `omitted`: it is then left out. */
  readonly nullable: boolean;
  readonly omitted: boolean;
  /** The documentation of the value in the mapping, or of the sink's field, or of the record's field. */
  readonly meaning?: string;
  /** As the mapping writes it. */
  readonly expression: string;
  /** The fields of the record that it is computed from. */
  readonly fields: readonly string[];
  /** Those of the fields that are personal data and are exported unhashed. */
  readonly personal: readonly string[];
  /** Its value, if it is always the same. */
  readonly constant?: JsonValue;
  /** From the mapping's tests, or generated. */
  readonly example?: JsonValue;
}

export interface CatalogueEvent {
  readonly event: string;
  readonly doc?: string;
  /** The stream whose records become this event. */
  readonly from: string;
  /** The list whose items each become an event. */
  readonly each?: string;
  /** The conditions, all of which must hold. */
  readonly when: readonly string[];
  /** When a record is final and is sent, and how old it becomes before it is sent as it is. */
  readonly final?: { readonly when: string; readonly within: string };
  readonly fields: readonly CatalogueField[];
}

/** Changeable fields that a mapping accepts in an identity, or personal data that it exports. */
export interface CataloguePermission {
  readonly fields: readonly string[];
  readonly because: string;
}

/** Every event of a mapping, for people and programs. */
export interface Catalogue {
  readonly mapping?: string;
  readonly doc?: string;
  /** The source whose fields the events are described with. */
  readonly source: string;
  /** All sources that the mapping is for. */
  readonly sources: readonly string[];
  /** The sink whose events these are; `any` for the standard event. */
  readonly sink: string;
  /** The events of the other sinks that the mapping has something to say about. */
  readonly elsewhere?: readonly Catalogue[];
  readonly events: readonly CatalogueEvent[];
  readonly identity: {
    /** An event that is sent again is recognised only if all of these are equal. Empty for a sink that keeps every event. */
    readonly fields: readonly { readonly field: string; readonly precision?: 'utcDay' }[];
    readonly accepts: readonly CataloguePermission[];
  };
  readonly personalData: { readonly allows: readonly CataloguePermission[] };
}
