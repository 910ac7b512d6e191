import type { EventOutline, EventProblem } from './event-outline.js';
import type { FieldType } from './stream-schema.js';
import type { Unit } from './unit.js';

/** One field of a sink's events that holds one value. */
export interface ValueFieldSchema {
  readonly kind: 'value';
  readonly type: FieldType;
  /** A required field must be in every mapping and may never be null. */
  readonly required: boolean;
  /**
   * What the field is where a mapping does not set it: an expression over the standard fields of the event, such as
   * `event.user ?? event.uuid`. Absent: without a value in the mapping, the field has none.
   */
  readonly default?: string;
  readonly doc: string;
}

/** One field of a sink's events that holds named values of any type, e.g. `properties`. */
export interface MapFieldSchema {
  readonly kind: 'map';
  readonly doc: string;
  /** Whether a null value is sent as null or left out. */
  readonly nulls: 'kept' | 'omitted';
  /**
   * The standard map whose names it takes, in addition to those that a mapping sets for this sink. Default: the one of its
   * own name.
   */
  readonly takes?: 'groups' | 'properties';
  /**
   * Every value is a text: a number or a boolean becomes one, and a list or a map in JSON is null. Default: values of any
   * type.
   */
  readonly values?: 'text';
  /**
   * How many names the destination keeps, of all events of a project together; lint warns of a mapping with more. Default:
   * no limit.
   */
  readonly maxNames?: number;
  /** Names whose type and unit readers of the destination rely on; other names are free. */
  readonly known: Readonly<Record<string, KnownName>>;
}

/** What a name in a field of the kind `map` must hold. */
export interface KnownName {
  readonly type: FieldType;
  readonly unit?: Unit;
}

/** The shape of a sink's events. Static: lint checks mappings against it without a connection. */
export interface EventSchema {
  /** Besides `event` and `uuid`, which every event has. */
  readonly fields: Readonly<Record<string, ValueFieldSchema | MapFieldSchema>>;
  /**
   * The fields that identify an event at the destination: it recognises an event that is sent again if all of them are
   * equal. With `utcDay` only the UTC day of a timestamp counts.
   */
  readonly identity: readonly { readonly field: string; readonly precision?: 'utcDay' }[];
  /**
   * Pure: what the sink or the destination does to a text that stands in a mapping itself. `field` is `event` for the name
   * of an event, a field for a constant value of it (`distinct_id`), or a field of the kind `map` for a name in it. Absent,
   * or undefined as result: the text is sent as it is.
   */
  readonly constantProblem?: (field: string, text: string) => ConstantProblem | undefined;
  /** Pure: what the sink or the destination does to an event, or a part of it, because of the fields that the mapping sets. */
  readonly eventProblems?: (event: EventOutline) => readonly EventProblem[];
}

/**
 * `refused`: every event is rejected, which is an error. `changed`: something else is sent, and `unread`: it is sent, and
 * the destination has no use for it; both are warnings.
 */
export interface ConstantProblem {
  readonly kind: 'refused' | 'changed' | 'unread';
  /** What happens, with the text in it. */
  readonly message: string;
  readonly help: string;
}

/** `any`: the sink takes a mapping written for another sink and writes its events as they are. */
export type SinkEventSchema = EventSchema | 'any';
