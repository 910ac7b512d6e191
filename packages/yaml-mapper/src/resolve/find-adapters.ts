import type { StreamSchema } from '@sluice/core/source';
import type { MappingContext, SinkEventSchema } from '@sluice/core/config';
import { didYouMean, type MapTree, type Span } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { lastText, lastTexts } from './read-layers.js';
import type { NamedSpan } from './read-tree.js';

/** The source that a mapping is checked against: the pipeline's, or else the first that the mapping names. */
export interface FoundSource {
  readonly type: string;
  readonly streams: readonly StreamSchema[];
  /** All that the mapping names. */
  readonly types: readonly string[];
}

/** The streams of the mapping's source. The pipeline's must be one of those that the mapping names. */
export function findStreams(
  layers: readonly MapTree[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): FoundSource | undefined {
  const { sourceType, knownSources } = context;
  const written = adapterNames('source', layers, sourceType, knownSources, start, problems);
  const [first] = written;
  if (first === undefined) return undefined;
  const types = written.map(({ name }) => name);
  if (sourceType !== undefined && !types.includes(sourceType)) {
    const named = `the ${types.length === 1 ? 'source' : 'sources'} \`${types.join('`, `')}\``;
    problems.add('other-source', first.span, `the mapping is for ${named}, but the pipeline uses \`${sourceType}\``);
  }
  // Of the sources that it names, not all need to be installed.
  const known = written.find(({ name }) => context.streamsOf(name) !== undefined) ?? first;
  const type = sourceType !== undefined && types.includes(sourceType) ? sourceType : known.name;
  const streams = context.streamsOf(type);
  if (streams === undefined)
    problems.add('unknown-source', known.span, unknown('source', type, context), didYouMean(type, knownSources));
  return streams && { type, streams, types };
}

/** The event schema of the mapping's sink, which must be the pipeline's unless that takes any event. */
export function findSchema(
  layers: readonly MapTree[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): { readonly type: string; readonly schema: SinkEventSchema } | undefined {
  const { sinkType, knownSinks } = context;
  const [written] = adapterNames('sink', layers, sinkType, knownSinks, start, problems);
  if (written === undefined) return undefined;
  const { name: type, span } = written;
  if (sinkType !== undefined && type !== sinkType && context.eventSchemaOf(sinkType) !== 'any') {
    const message = `the mapping is for the sink \`${type}\`, but the pipeline uses \`${sinkType}\``;
    problems.add('other-sink', span, message);
  }
  const schema = context.eventSchemaOf(type);
  if (schema === undefined)
    problems.add('unknown-sink', span, unknown('sink', type, context), didYouMean(type, knownSinks));
  return schema && { type, schema };
}

/** Why an adapter cannot be used: its package is not there, or nothing is known of it. */
function unknown(kind: 'source' | 'sink', type: string, context: MappingContext): string {
  return context.adapterFailure?.(kind, type) ?? `unknown ${kind} \`${type}\``;
}

/** The names that the mapping gives, or else the pipeline's. */
function adapterNames(
  key: 'source' | 'sink',
  layers: readonly MapTree[],
  ofPipeline: string | undefined,
  known: readonly string[],
  start: Span,
  problems: ProblemList,
): readonly NamedSpan[] {
  const written = key === 'source' ? lastTexts(layers, key, problems) : [lastText(layers, key, problems) ?? []].flat();
  if (written.length > 0) return written;
  if (ofPipeline !== undefined) return [{ name: ofPipeline, span: start }];
  const help = `write \`${key}: …\`; ${didYouMean('', known) ?? `no ${key} is installed`}`;
  problems.add('missing-key', start, `the mapping does not name its ${key}`, help);
  return [];
}
