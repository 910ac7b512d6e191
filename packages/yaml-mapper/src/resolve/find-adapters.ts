import type { StreamSchema } from '@sluice/core/source';
import type { MappingContext, SinkEventSchema } from '@sluice/core/config';
import { didYouMean, type MapTree, type Span } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { lastText } from './read-layers.js';
import type { NamedSpan } from './read-tree.js';

/** The streams of the mapping's source, which must be the pipeline's. */
export function findStreams(
  layers: readonly MapTree[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): { readonly type: string; readonly streams: readonly StreamSchema[] } | undefined {
  const { sourceType, knownSources } = context;
  const written = adapterName('source', layers, sourceType, knownSources, start, problems);
  if (written === undefined) return undefined;
  const { name: type, span } = written;
  if (sourceType !== undefined && type !== sourceType) {
    const message = `the mapping is for the source \`${type}\`, but the pipeline uses \`${sourceType}\``;
    problems.add('other-source', span, message);
  }
  const streams = context.streamsOf(type);
  if (streams === undefined)
    problems.add('unknown-source', span, `unknown source \`${type}\``, didYouMean(type, knownSources));
  return streams && { type, streams };
}

/** The event schema of the mapping's sink, which must be the pipeline's unless that takes any event. */
export function findSchema(
  layers: readonly MapTree[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): { readonly type: string; readonly schema: SinkEventSchema } | undefined {
  const { sinkType, knownSinks } = context;
  const written = adapterName('sink', layers, sinkType, knownSinks, start, problems);
  if (written === undefined) return undefined;
  const { name: type, span } = written;
  if (sinkType !== undefined && type !== sinkType && context.eventSchemaOf(sinkType) !== 'any') {
    const message = `the mapping is for the sink \`${type}\`, but the pipeline uses \`${sinkType}\``;
    problems.add('other-sink', span, message);
  }
  const schema = context.eventSchemaOf(type);
  if (schema === undefined)
    problems.add('unknown-sink', span, `unknown sink \`${type}\``, didYouMean(type, knownSinks));
  return schema && { type, schema };
}

/** The name that the mapping gives, or else the pipeline's. */
function adapterName(
  key: 'source' | 'sink',
  layers: readonly MapTree[],
  ofPipeline: string | undefined,
  known: readonly string[],
  start: Span,
  problems: ProblemList,
): NamedSpan | undefined {
  const written = lastText(layers, key, problems);
  if (written !== undefined) return written;
  if (ofPipeline !== undefined) return { name: ofPipeline, span: start };
  const help = `write \`${key}: …\`; ${didYouMean('', known) ?? `no ${key} is installed`}`;
  problems.add('missing-key', start, `the mapping does not name its ${key}`, help);
  return undefined;
}
