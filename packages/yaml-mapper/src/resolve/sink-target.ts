import type { EventSchema, MapFieldSchema, ValueFieldSchema } from '@sluice/core/sink';
import { STANDARD_FIELDS } from '@sluice/core/sink';
import type { SinkEventSchema } from '@sluice/core/config';
import type { MapTree } from '@sluice/core/document';

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
  /** Whether a pipeline chose it, which needs no other sink to be installed. */
  readonly isOfPipeline: boolean;
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
 * Whether a sink that is not the target is known. It is not loaded for that, and one of a package or file need not be
 * installed for a pipeline with another sink.
 */
export function isKnownSink(
  type: string,
  { known, isOfPipeline, schemaOf }: Pick<SinkTarget, 'known' | 'isOfPipeline' | 'schemaOf'>,
): boolean {
  return known.includes(type) || (isOfPipeline && /[./@]/u.test(type)) || schemaOf(type) !== undefined;
}
