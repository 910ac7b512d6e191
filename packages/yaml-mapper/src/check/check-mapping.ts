import type { MappingContext, MappingLocation, Problem } from '@sluice/core/config';
import { entryOf, startOf, type MapTree } from '@sluice/core/document';
import { functionsWith } from '../functions/adapter-functions.js';
import { FUNCTIONS } from '../functions/functions.js';
import { ownEntry } from '../own-entry.js';
import { ProblemList } from '../problems/problem-list.js';
import type { Code } from '../problems/problem-codes.js';
import { readPermissions } from '../resolve/permissions.js';
import { findStreams } from '../resolve/find-adapters.js';
import { findSink } from '../resolve/find-sink.js';
import { lastText, readLayers } from '../resolve/read-layers.js';
import { readParams } from '../resolve/read-params.js';
import { shapeForSink, type SinkField } from '../resolve/sink-shape.js';
import { ANY_SINK } from '../resolve/sink-target.js';
import { sinksNamed } from '../resolve/sinks-named.js';
import { readVocabulary } from '../resolve/read-vocabulary.js';
import { resolveEvents } from '../resolve/resolve-events.js';
import { checkEvent } from './check-event.js';
import { checkConstants } from './check-constants.js';
import { reportForbidden } from './check-forbidden.js';
import { checkGuarantees, reportUnused } from './check-guarantees.js';
import { warnOfManyNames } from './check-names.js';
import { checkOutline } from './check-outline.js';
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
  /** The sinks that the mapping names, of which `any` is the standard event. */
  readonly sinks?: readonly string[];
  /** Present if no problem is an error. */
  readonly mapping?: CheckedMapping;
}

/** Reads, resolves and checks one mapping for one sink. Never throws, whatever a file contains. */
export function checkMapping(location: MappingLocation, context: MappingContext): MappingCheck {
  const checked = checkForSink(location, context);
  const [first, second] = checked.sinks ?? [];
  if (first !== ANY_SINK && second === undefined) return checked;
  // What this sink does not need, another one may.
  return { ...checked, problems: checked.problems.filter(({ code }) => !UNUSED.includes(code)) };
}

/** Of what nothing in a mapping needs. */
export const UNUSED: readonly string[] = ['unused-permission', 'unused-param'] satisfies readonly Code[];

/** As `checkMapping`, with what this sink does not need although another one may. */
export function checkForSink(location: MappingLocation, context: MappingContext): MappingCheck {
  const problems = new ProblemList();
  const layers = readLayers(location, context, problems);
  const own = layers.at(-1);
  if (own === undefined) return { problems: problems.all() };
  const start = startOf(own.span);
  const [name, doc] = [lastText(layers, 'mapping', problems), lastText(layers, 'doc', problems)];
  const source = findStreams(layers, context, start, problems);
  const sink = findSink(layers, context, start, problems);
  const params = readParams(layers, context, problems);
  const vocabulary = readVocabulary(layers, sink, problems);
  const before = problems.all().length;
  const resolved = resolveEvents(layers, sink, problems);
  const areEventsBroken = problems.all().length > before;
  const sinks = sink && sinksNamed(layers, sink);
  const failed = (): MappingCheck => ({ problems: problems.all(), ...(sinks && { sinks }) });
  if (source === undefined || sink === undefined) return failed();
  const shapes = resolved.map((shape) => shapeForSink(shape, sink));
  const { streams } = source;
  const { schema } = sink;
  if (shapes.length === 0 && !areEventsBroken) {
    const help = 'write `events:` with at least one `- event: name`';
    problems.add('no-events', entryOf(own, 'events')?.keySpan ?? start, 'the mapping has no events', help);
  }

  if (shapes.flatMap(({ fields }) => [...fields.values()]).reduce((sum, field) => sum + sizeOf(field), 0) > MAX_NAMES) {
    problems.add('file-too-large', start, `the events have more than ${MAX_NAMES} names in total`);
    return failed();
  }
  const functions = functionsFor(source, sink, context);
  const events: CheckedEvent[] = [];
  for (const shape of shapes) {
    const event = checkEvent(shape, { streams, target: sink, vocabulary, params, functions, problems });
    if (event !== undefined) events.push(event);
  }
  reportParams(params, events, own, problems);
  const permissions = {
    identity: readPermissions(layers, 'identity', streams, problems),
    personalData: readPermissions(layers, 'personalData', streams, problems),
    forbidden: readPermissions(layers, 'personalData', streams, problems, 'forbids'),
  };
  checkPromises(events, { schema, params, permissions }, problems);
  if (problems.hasErrors) return failed();
  // The standard event has no identity; that of a sink may need the permission.
  const ofIdentity = sink.type === ANY_SINK ? [] : permissions.identity;
  reportUnused([...ofIdentity, ...permissions.personalData], problems);
  const mapping: CheckedMapping = {
    name: name?.name,
    doc: doc?.name,
    source: source.type,
    sources: source.types,
    sink: sink.type,
    sinks: sink.types,
    streams,
    schema,
    vocabulary,
    params,
    permissions,
    events,
    layers,
  };
  return { problems: problems.all(), sinks: sinks ?? [], mapping };
}

/** The functions of the language, and those that source and sink add. */
function functionsFor(source: { readonly type: string }, sink: { readonly type: string }, context: MappingContext) {
  const added = [
    ...(context.functionsOf?.('source', source.type) ?? []),
    ...(context.functionsOf?.('sink', sink.type) ?? []),
  ];
  return added.length === 0 ? FUNCTIONS : functionsWith(added);
}

/** What events must keep to whose values are right, each by itself and all together. */
function checkPromises(
  events: readonly CheckedEvent[],
  { schema, params, permissions }: Pick<CheckedMapping, 'schema' | 'params' | 'permissions'>,
  problems: ProblemList,
): void {
  for (const event of events) {
    checkGuarantees(event, schema, permissions, problems);
    checkSecrets(event, params, problems);
    checkConstants(event, schema, problems);
    checkOutline(event, schema, problems);
  }
  reportForbidden(events, schema, permissions.forbidden, problems);
  warnOfManyNames(events, schema, problems);
  warnOfLeaks(events, problems);
}

function sizeOf(field: SinkField): number {
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
