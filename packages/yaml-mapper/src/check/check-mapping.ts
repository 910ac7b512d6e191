import type { MappingContext, MappingLocation, Problem } from '@sluice/core/config';
import { entryOf, startOf, type MapTree } from '@sluice/core/document';
import { ownEntry } from '../own-entry.js';
import { ProblemList } from '../problems/problem-list.js';
import { readPermissions } from '../resolve/permissions.js';
import { findSchema, findStreams } from '../resolve/find-adapters.js';
import { lastText, readLayers } from '../resolve/read-layers.js';
import { readParams } from '../resolve/read-params.js';
import type { WrittenField } from '../resolve/event-shape.js';
import { readVocabulary } from '../resolve/read-vocabulary.js';
import { resolveEvents } from '../resolve/resolve-events.js';
import { checkEvent } from './check-event.js';
import { checkConstants } from './check-constants.js';
import { checkGuarantees, reportUnused } from './check-guarantees.js';
import { warnOfLeaks } from './check-pseudonyms.js';
import { checkSecrets } from './check-secrets.js';
import type { CheckedEvent } from './checked-event.js';
import type { CheckedMapping } from './checked-mapping.js';
import type { Param } from './scope.js';

/** In all events together, with their includes. */
const MAX_NAMES = 10_000;

export interface MappingCheck {
  /** Every problem at once. */
  readonly problems: readonly Problem[];
  /** Present if no problem is an error. */
  readonly mapping?: CheckedMapping;
}

/** Reads, resolves and checks one mapping. Never throws, whatever a file contains. */
export function checkMapping(location: MappingLocation, context: MappingContext): MappingCheck {
  const problems = new ProblemList();
  const layers = readLayers(location, context, problems);
  const own = layers.at(-1);
  if (own === undefined) return { problems: problems.all() };
  const start = startOf(own.span);
  const [name, doc] = [lastText(layers, 'mapping', problems), lastText(layers, 'doc', problems)];
  const source = findStreams(layers, context, start, problems);
  const sink = findSchema(layers, context, start, problems);
  const params = readParams(layers, context, problems);
  const vocabulary = readVocabulary(layers, sink?.schema ?? 'any', problems);
  const shapes = resolveEvents(layers, sink?.schema ?? 'any', problems);
  if (source === undefined || sink === undefined) return { problems: problems.all() };
  const { streams } = source;
  const { schema } = sink;
  if (shapes.length === 0) {
    const help = 'write `events:` with at least one `- event: name`';
    problems.add('no-events', entryOf(own, 'events')?.keySpan ?? start, 'the mapping has no events', help);
  }

  if (shapes.flatMap(({ fields }) => [...fields.values()]).reduce((sum, field) => sum + sizeOf(field), 0) > MAX_NAMES) {
    problems.add('file-too-large', start, `the events have more than ${MAX_NAMES} names in total`);
    return { problems: problems.all() };
  }
  const events: CheckedEvent[] = [];
  for (const shape of shapes) {
    const event = checkEvent(shape, { streams, schema, vocabulary, params, problems });
    if (event !== undefined) events.push(event);
  }
  reportParams(params, events, own, problems);
  const permissions = {
    identity: readPermissions(layers, 'identity', streams, problems),
    personalData: readPermissions(layers, 'personalData', streams, problems),
    forbidden: readPermissions(layers, 'personalData', streams, problems, 'forbids'),
  };
  for (const event of events) {
    checkGuarantees(event, schema, permissions, problems);
    checkSecrets(event, params, problems);
    checkConstants(event, schema, problems);
  }
  warnOfLeaks(events, problems);
  if (problems.hasErrors) return { problems: problems.all() };
  reportUnused([...permissions.identity, ...permissions.personalData], problems);
  const mapping: CheckedMapping = {
    name: name?.name,
    doc: doc?.name,
    source: source.type,
    sources: source.types,
    sink: sink.type,
    streams,
    schema,
    vocabulary,
    params,
    permissions,
    events,
    layers,
  };
  return { problems: problems.all(), mapping };
}

function sizeOf(field: WrittenField): number {
  return field.kind === 'map' ? 1 + field.names.size : 1;
}

function reportParams(
  params: ReadonlyMap<string, Param>,
  events: readonly CheckedEvent[],
  own: MapTree,
  problems: ProblemList,
): void {
  const { path } = own.span.file;
  for (const param of params.values()) {
    const hidden = events.find(({ stream }) => ownEntry(stream.fields, param.name) !== undefined);
    if (hidden !== undefined) {
      const message = `\`${param.name}\` is also a field of \`${hidden.stream.name}\``;
      problems.add('param-hides-field', param.span, message, 'rename the parameter');
    } else if (!param.used && param.span.file.path === path)
      problems.add('unused-param', param.span, `unused parameter \`${param.name}\``);
  }
}
