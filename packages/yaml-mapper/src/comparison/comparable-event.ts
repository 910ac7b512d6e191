import type { Catalogue, CatalogueEvent, CatalogueField } from '../catalogue/catalogue.js';
import { catalogueOf } from '../catalogue/describe-mapping.js';
import { valuesOf, type CheckedEvent } from '../check/checked-event.js';
import type { CheckedMapping } from '../check/checked-mapping.js';
import type { Fingerprints } from './fingerprint.js';

/** A value with a fingerprint of its expression. */
export interface ComparableField {
  readonly path: string;
  readonly field: CatalogueField;
  readonly fingerprint: string;
}

/** An event in a form that can be compared. */
export interface ComparableEvent {
  readonly described: CatalogueEvent;
  readonly fields: ReadonlyMap<string, ComparableField>;
  readonly conditions: readonly { readonly text: string; readonly fingerprint: string }[];
  readonly each: { readonly text: string; readonly fingerprint: string } | undefined;
  readonly final: { readonly text: string; readonly fingerprint: string } | undefined;
  /** The fields of the identity other than the name. */
  readonly identity: readonly string[];
}

export function comparableEvents(mapping: CheckedMapping, fingerprints: Fingerprints): readonly ComparableEvent[] {
  const catalogue = catalogueOf(mapping, []);
  return mapping.events.map((event, index) => comparable(event, index, catalogue, fingerprints));
}

function comparable(
  event: CheckedEvent,
  index: number,
  { events, identity }: Catalogue,
  fingerprints: Fingerprints,
): ComparableEvent {
  const described = events[index] ?? { event: event.name, from: event.stream.name, when: [], fields: [] };
  const { final } = event;
  const fields = event.fields.flatMap(valuesOf).flatMap(({ path, expression }, position) => {
    const field = described.fields[position];
    return field === undefined ? [] : [[path, { path, field, fingerprint: fingerprints.of(expression) }] as const];
  });
  return {
    described,
    fields: new Map(fields),
    conditions: event.conditions.map(({ expression }, position) => ({
      text: described.when[position] ?? '',
      fingerprint: fingerprints.of(expression),
    })),
    each: event.each && { text: described.each ?? '', fingerprint: fingerprints.of(event.each) },
    final: final && {
      text: `${described.final?.when}, within ${described.final?.within}`,
      fingerprint: `${fingerprints.of(final.when)} ${final.withinMs}`,
    },
    identity: [...new Set(['uuid', ...identity.fields.map(({ field }) => field)])].filter((field) => field !== 'event'),
  };
}
