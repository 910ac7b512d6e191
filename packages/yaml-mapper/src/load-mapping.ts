import type { LoadedMapping, MappingContext, MappingLocation, SinkEventSchema, StreamSchema } from '@sluice/core';
import { checkEvent } from './check/check-event.js';
import { checkPromises, reportUnused } from './check/check-promises.js';
import type { CheckedEvent } from './check/checked-event.js';
import { compileMapping } from './compile/compile-mapping.js';
import { didYouMean } from './problems/did-you-mean.js';
import { ownEntry } from './own-entry.js';
import { readPermissions } from './resolve/permissions.js';
import { ProblemList } from './problems/problem-list.js';
import { readLayers, type Layer } from './resolve/read-layers.js';
import { readParams } from './resolve/read-params.js';
import { readText, type NamedSpan } from './resolve/read-tree.js';
import { resolveEvents } from './resolve/resolve-events.js';
import type { Param } from './check/scope.js';
import type { Span } from './yaml/source-file.js';
import { entryOf } from './yaml/yaml-tree.js';

/** Reads, resolves, checks and, when nothing is wrong, compiles one mapping. */
export function loadMapping(location: MappingLocation, context: MappingContext): LoadedMapping {
  const problems = new ProblemList();
  const layers = readLayers(location, context, problems);
  const own = layers.at(-1);
  if (own === undefined) return { problems: problems.all() };
  const start: Span = { ...own.tree.span, end: own.tree.span.start };
  lastText(layers, 'mapping', problems);
  const streams = findStreams(layers, context, start, problems);
  const schema = findSchema(layers, context, start, problems);
  const params = readParams(layers, context, problems);
  const shapes = resolveEvents(layers, schema ?? 'any', problems);
  if (streams === undefined || schema === undefined) return { problems: problems.all() };
  if (shapes.length === 0)
    problems.add(
      'no-events',
      entryOf(own.tree, 'events')?.keySpan ?? start,
      'The mapping has no events.',
      'Write `events:` with at least one `- event: name`.',
    );

  const events: CheckedEvent[] = [];
  for (const shape of shapes) {
    const event = checkEvent(shape, { streams, schema, params, problems });
    if (event !== undefined) events.push(event);
  }
  reportParams(params, events, own, problems);
  const permissions = {
    identity: readPermissions(layers, 'identity', streams, problems),
    personalData: readPermissions(layers, 'personalData', streams, problems),
  };
  for (const event of events) checkPromises(event, schema, permissions, problems);
  if (!problems.hasErrors) reportUnused([...permissions.identity, ...permissions.personalData], problems);
  return { problems: problems.all(), ...(!problems.hasErrors && { mapper: compileMapping(events) }) };
}

function lastText(layers: readonly Layer[], key: string, problems: ProblemList): NamedSpan | undefined {
  const entry = layers.flatMap(({ tree }) => entryOf(tree, key) ?? []).at(-1);
  return entry && readText(entry.value, `\`${key}\``, problems);
}

function findStreams(
  layers: readonly Layer[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): readonly StreamSchema[] | undefined {
  const written = lastText(layers, 'source', problems);
  const name = written?.name ?? context.sourceType;
  if (name === undefined) {
    problems.add(
      'missing-key',
      start,
      'The mapping does not name its source.',
      `Write \`source: …\`. ${didYouMean('', context.knownSources) ?? ''}`,
    );
    return undefined;
  }
  if (written !== undefined && context.sourceType !== undefined && name !== context.sourceType) {
    problems.add(
      'other-source',
      written.span,
      `The mapping is for \`${name}\`; the pipeline's source is \`${context.sourceType}\`.`,
    );
  }
  const streams = context.streamsOf(name);
  if (streams === undefined)
    problems.add(
      'unknown-source',
      written?.span ?? start,
      `There is no source \`${name}\`.`,
      didYouMean(name, context.knownSources),
    );
  return streams;
}

function findSchema(
  layers: readonly Layer[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): SinkEventSchema | undefined {
  const written = lastText(layers, 'sink', problems);
  const name = written?.name ?? context.sinkType;
  if (name === undefined) {
    problems.add(
      'missing-key',
      start,
      'The mapping does not name its sink.',
      `Write \`sink: …\`. ${didYouMean('', context.knownSinks) ?? ''}`,
    );
    return undefined;
  }
  const { sinkType } = context;
  if (
    written !== undefined &&
    sinkType !== undefined &&
    name !== sinkType &&
    context.eventSchemaOf(sinkType) !== 'any'
  ) {
    problems.add('other-sink', written.span, `The mapping is for \`${name}\`; the pipeline's sink is \`${sinkType}\`.`);
  }
  const schema = context.eventSchemaOf(name);
  if (schema === undefined)
    problems.add(
      'unknown-sink',
      written?.span ?? start,
      `There is no sink \`${name}\`.`,
      didYouMean(name, context.knownSinks),
    );
  return schema;
}

function reportParams(
  params: ReadonlyMap<string, Param>,
  events: readonly CheckedEvent[],
  own: Layer,
  problems: ProblemList,
): void {
  const { path } = own.tree.span.file;
  for (const param of params.values()) {
    const hidden = events.find(({ stream }) => ownEntry(stream.fields, param.name) !== undefined);
    if (hidden !== undefined)
      problems.add(
        'param-hides-field',
        param.span,
        `\`${param.name}\` is a field of \`${hidden.stream.name}\` too.`,
        'Give the parameter another name.',
      );
    else if (!param.used && param.span.file.path === path)
      problems.add('unused-param', param.span, `Nothing uses \`${param.name}\`.`);
  }
}
