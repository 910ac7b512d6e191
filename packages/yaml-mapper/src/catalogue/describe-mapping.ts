import type { JsonValue } from '@sluice/core/adapter';
import { shortDuration, type MappingContext, type Problem } from '@sluice/core/config';
import { checkMapping } from '../check/check-mapping.js';
import type { CheckedMapping } from '../check/checked-mapping.js';
import { isJsonObject } from '../json-kind.js';
import type { Permission } from '../resolve/permissions.js';
import type { Catalogue, CatalogueEvent, CataloguePermission } from './catalogue.js';
import { describeField } from './describe-field.js';
import { exampleEvents, type ExampleEvent } from './example-events.js';
import { expressionText, fieldPathText } from '../check/expression-text.js';

/** The catalogue of a mapping's events, with examples from its tests; absent if the problems include an error. */
export function describeMapping(
  file: string,
  context: MappingContext,
): { readonly problems: readonly Problem[]; readonly catalogue?: Catalogue } {
  const { problems, mapping, sinks = [] } = checkMapping({ file }, context);
  if (mapping === undefined) return { problems };
  const others = sinks.filter((type) => type !== mapping.sink && context.eventSchemaOf(type) !== undefined);
  const found = [...problems];
  const elsewhere = (context.sinkType === undefined ? others : []).flatMap((sinkType) => {
    const other = checkMapping({ file }, { ...context, sinkType });
    if (other.mapping !== undefined) return [catalogueOf(other.mapping, examplesFor(other.mapping))];
    found.push(...other.problems);
    return [];
  });
  if (found.length > problems.length) return { problems: found };
  const catalogue = catalogueOf(mapping, examplesFor(mapping));
  return { problems, catalogue: { ...catalogue, ...(elsewhere.length > 0 && { elsewhere }) } };

  function examplesFor(resolved: CheckedMapping): readonly ExampleEvent[] {
    return exampleEvents(file, resolved, context);
  }
}

/** The catalogue of a checked mapping. */
export function catalogueOf(mapping: CheckedMapping, examples: readonly ExampleEvent[]): Catalogue {
  const { name, doc, source, sources, sink, schema, permissions } = mapping;
  const events = mapping.events.map((event): CatalogueEvent => {
    const { stream, final } = event;
    const own = examples.filter((example) => example['event'] === event.name);
    const exampleOf = (path: string): JsonValue | undefined => own.map((each) => at(each, path)).find(isSome);
    return {
      event: event.name,
      ...(event.doc !== undefined && { doc: event.doc }),
      from: stream.name,
      ...(event.each && { each: expressionText(event.each) }),
      when: event.conditions.map(({ expression }) => expressionText(expression)),
      ...(final && { final: { when: expressionText(final.when), within: shortDuration(final.withinMs) } }),
      fields: event.fields.flatMap((field) => describeField(field, { stream, schema, exampleOf })),
    };
  });
  return {
    ...(name !== undefined && { mapping: name }),
    ...(doc !== undefined && { doc }),
    source,
    sources,
    sink,
    events,
    identity: {
      fields: schema === 'any' ? [] : schema.identity,
      accepts: permissionsOf(permissions.identity),
    },
    personalData: { allows: permissionsOf(permissions.personalData) },
  };
}

function at(event: ExampleEvent, path: string): JsonValue | undefined {
  const [field = '', ...rest] = path.split('.');
  const value = event[field];
  if (rest.length === 0) return value;
  return isJsonObject(value) ? value[rest.join('.')] : undefined;
}

function isSome(value: JsonValue | undefined): boolean {
  return value !== undefined && value !== null;
}

/** The permissions of each file, with its reason. */
function permissionsOf(all: readonly Permission[]): readonly CataloguePermission[] {
  // One file can permit what only another sink is sent.
  const permissions = all.filter(({ used }) => used);
  const files = new Set(permissions.map(({ span }) => span.file));
  return [...files].map((file) => {
    const inFile = permissions.filter(({ span }) => span.file === file);
    return { fields: inFile.map(({ path }) => fieldPathText(path)), because: inFile[0]?.because ?? '' };
  });
}
