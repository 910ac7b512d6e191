import type { EventSchema, MapFieldSchema, ValueFieldSchema } from '@sluice/core/sink';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import type { SinkEventSchema } from '@sluice/core/config';
import { ownEntry } from '../own-entry.js';
import { closestName, type MapTree } from '@sluice/core/document';

/** In `sink`: every sink that takes standard events. As the type of a target: the standard event itself. */
export const ANY_SINK = 'any';

/** What is checked of a mapping for any sink, whichever it meets. */
export const STANDARD_EVENT: EventSchema = {
  fields: STANDARD_FIELDS,
  identity: [{ field: 'event' }, { field: 'uuid' }],
};

export const STANDARD: Readonly<Record<string, ValueFieldSchema | MapFieldSchema>> = STANDARD_FIELDS;

/** The sink that a mapping is resolved for. Everything behind the resolution knows only this one. */
export interface SinkTarget {
  readonly type: string;
  readonly schema: SinkEventSchema;
  /** Whether the sink takes events of any shape, so that its own names are free. */
  readonly isOpen: boolean;
  /** All that the mapping is for, as its header says. */
  readonly types: readonly string[];
  /** Whether every sink that the mapping names must be known, not only this one. */
  readonly needsAll: boolean;
  readonly schemaOf: (type: string) => SinkEventSchema | undefined;
  readonly known: readonly string[];
  /** The sinks that one file of the mapping is written for. */
  readonly typesIn: (layer: MapTree) => readonly string[];
}

/** Whether a header means more than one sink. */
export function isShared(types: readonly string[]): boolean {
  return types.length > 1 || types.includes(ANY_SINK);
}

/**
 * Whether a sink that is not the target may be named. It is not loaded for that. Where the mapping is resolved for one
 * sink, another one need not be installed, unless its name looks like a misspelt one.
 */
export function isKnownSink(
  type: string,
  { known, needsAll, schemaOf }: Pick<SinkTarget, 'known' | 'needsAll' | 'schemaOf'>,
): boolean {
  if (known.includes(type)) return true;
  return needsAll ? schemaOf(type) !== undefined : closestName(type, known) === undefined;
}

/** The standard fields that a default reads. */
export function standardFieldsIn(expression: string): readonly string[] {
  return [...expression.matchAll(/\bevent\.(\w+)/gu)].flatMap(([, name = '']) =>
    ownEntry(STANDARD, name) === undefined ? [] : [name],
  );
}
