import type { MappingContext, SinkEventSchema, StreamSchema } from '@sluice/core';
import { didYouMean } from '../problems/did-you-mean.js';
import type { ProblemList } from '../problems/problem-list.js';
import type { Span } from '../yaml/source-file.js';
import { lastText, type Layer } from './read-layers.js';

/** The streams of the mapping's source, held against the pipeline's. */
export function findStreams(
  layers: readonly Layer[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): { readonly type: string; readonly streams: readonly StreamSchema[] } | undefined {
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
  return streams && { type: name, streams };
}

/** The event schema of the mapping's sink, held against the pipeline's. */
export function findSchema(
  layers: readonly Layer[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): { readonly type: string; readonly schema: SinkEventSchema } | undefined {
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
  return schema && { type: name, schema };
}
