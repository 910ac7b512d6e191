import type { CatalogueField } from '../catalogue/catalogue.js';

/** A respect in which a value differs. */
export type Aspect = 'type' | 'unit' | 'nullability' | 'meaning';

/** A value of an event that is added, removed or changed. */
export interface FieldDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  /** `timestamp`, `properties.team`. */
  readonly path: string;
  readonly before?: CatalogueField;
  readonly after?: CatalogueField;
  /** Empty unless the value is changed. */
  readonly aspects: readonly Aspect[];
  /** Whether a reader of the events can lose what it relies on. */
  readonly breaking: boolean;
}

/** A condition, list or stream that an event depends on. */
export interface ConditionDifference {
  readonly kind: 'added' | 'removed';
  readonly what: 'when' | 'final' | 'each' | 'from';
  readonly text: string;
  readonly breaking: boolean;
}

export interface EventDifference {
  readonly kind: 'added' | 'removed' | 'renamed' | 'changed';
  /** The sink, of what differs only there or differently there. */
  readonly sink?: string;
  /** The new name, if the event is renamed. */
  readonly event: string;
  readonly renamedFrom?: string;
  readonly from: string;
  readonly conditions: readonly ConditionDifference[];
  readonly fields: readonly FieldDifference[];
  /** The parts of the identity that change: records that are sent again become second events. */
  readonly identity: readonly string[];
  readonly breaking: boolean;
}

/** What a new mapping changes for readers of the events. */
export interface MappingDifference {
  /** Only those that differ. */
  readonly events: readonly EventDifference[];
  readonly breaking: boolean;
  readonly changesIdentity: boolean;
}
