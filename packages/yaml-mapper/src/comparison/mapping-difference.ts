import type { CatalogueField } from '../catalogue/catalogue.js';

/** What of a value differs. */
export type Aspect = 'type' | 'unit' | 'nullability' | 'meaning';

/** A value of an event that is not what it was. */
export interface FieldDifference {
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed';
  /** `timestamp`, `properties.langfuse_id`; of a renamed one the new name. */
  readonly path: string;
  readonly renamedFrom?: string;
  readonly before?: CatalogueField;
  readonly after?: CatalogueField;
  /** Of a changed or renamed one. */
  readonly aspects: readonly Aspect[];
  /** Whether a reader of the events may no longer find what it relies on. */
  readonly breaking: boolean;
}

/** A condition or a list that an event depends on. */
export interface ConditionDifference {
  readonly kind: 'added' | 'removed';
  readonly what: 'when' | 'each' | 'from';
  readonly text: string;
  readonly breaking: boolean;
}

export interface EventDifference {
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed';
  /** Of a renamed one the new name. */
  readonly event: string;
  readonly renamedFrom?: string;
  readonly from: string;
  readonly conditions: readonly ConditionDifference[];
  readonly fields: readonly FieldDifference[];
  /** The parts of its identity that are made in another way. Records that were sent before then make second events. */
  readonly identity: readonly string[];
  readonly breaking: boolean;
}

/** What another mapping would change for those who read the events. */
export interface MappingDifference {
  /** Only those that differ. */
  readonly events: readonly EventDifference[];
  readonly breaking: boolean;
  readonly changesIdentity: boolean;
}
