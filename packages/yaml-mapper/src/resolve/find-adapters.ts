import type { StreamSchema } from '@sluice/core/source';
import type { MappingContext } from '@sluice/core/config';
import { didYouMean, entryOf, type MapTree, type Span } from '@sluice/core/document';
import { ProblemList } from '../problems/problem-list.js';
import { lastTexts } from './read-layers.js';
import type { NamedSpan } from './read-tree.js';
import { ANY_SINK, isKnownSink, isShared, STANDARD_EVENT, type SinkTarget } from './sink-target.js';

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
    problems.add('unknown-source', known.span, `unknown source \`${type}\``, didYouMean(type, knownSources));
  return streams && { type, streams, types };
}

/** The sink to resolve the mapping for: the pipeline's, or else the first that the mapping names. */
export function findSink(
  layers: readonly MapTree[],
  context: MappingContext,
  start: Span,
  problems: ProblemList,
): SinkTarget | undefined {
  const { sinkType, knownSinks } = context;
  const written = adapterNames('sink', layers, sinkType, knownSinks, start, problems);
  const [first] = written;
  if (first === undefined) return undefined;
  const types = written.map(({ name }) => name);
  const any = written.find(({ name }) => name === ANY_SINK);
  if (any !== undefined && types.length > 1)
    problems.add(
      'wrong-shape',
      any.span,
      '`any` stands for every sink, and for that it stands alone',
      'write `sink: any`',
    );
  const isFor = any !== undefined || (sinkType !== undefined && types.includes(sinkType));
  const takesAny = sinkType !== undefined && context.eventSchemaOf(sinkType) === 'any';
  if (sinkType !== undefined && !isFor && !takesAny) {
    const named = `the ${types.length === 1 ? 'sink' : 'sinks'} \`${types.join('`, `')}\``;
    problems.add('other-sink', first.span, `the mapping is for ${named}, but the pipeline uses \`${sinkType}\``);
  }
  // A sink that takes any event takes those of a mapping for one other sink as they are.
  const isPipelines = isFor || (takesAny && isShared(types));
  const known = isPipelines ? first : (written.find(({ name }) => context.eventSchemaOf(name) !== undefined) ?? first);
  const type = isPipelines && sinkType !== undefined ? sinkType : any === undefined ? known.name : ANY_SINK;
  const ofSink = type === ANY_SINK ? STANDARD_EVENT : context.eventSchemaOf(type);
  if (ofSink === undefined) {
    problems.add('unknown-sink', known.span, `unknown sink \`${type}\``, didYouMean(type, knownSinks));
    return undefined;
  }
  const needsAll = isShared(types) && (sinkType === undefined || sinkType === ANY_SINK);
  for (const { name, span } of types.length > 1 ? written : []) {
    if (name !== ANY_SINK && !isKnownSink(name, { known: knownSinks, needsAll, schemaOf: context.eventSchemaOf }))
      problems.add('unknown-sink', span, `unknown sink \`${name}\``, didYouMean(name, knownSinks));
  }
  const inLayers = new Map(layers.map((layer, index) => [layer, sinksIn(layers, index) ?? types]));
  const isStandard = isShared(types) || [...inLayers.values()].some(isShared);
  return {
    type,
    schema: ofSink === 'any' && isStandard ? STANDARD_EVENT : ofSink,
    isOpen: ofSink === 'any',
    types,
    needsAll,
    schemaOf: context.eventSchemaOf,
    known: knownSinks,
    typesIn: (layer) => inLayers.get(layer) ?? types,
  };
}

/** What is in force in a file: its own header, or that of the file before it, or else of the next one that has one. */
function sinksIn(layers: readonly MapTree[], index: number): readonly string[] | undefined {
  const hasOne = (layer: MapTree): boolean => entryOf(layer, 'sink') !== undefined;
  const layer = layers.slice(0, index + 1).findLast(hasOne) ?? layers.find(hasOne);
  const names = layer && lastTexts([layer], 'sink', new ProblemList()).map(({ name }) => name);
  return names === undefined || names.length === 0 ? undefined : names;
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
  const written = lastTexts(layers, key, problems);
  if (written.length > 0) return written;
  if (ofPipeline !== undefined) return [{ name: ofPipeline, span: start }];
  const help = `write \`${key}: …\`; ${didYouMean('', known) ?? `no ${key} is installed`}`;
  problems.add('missing-key', start, `the mapping does not name its ${key}`, help);
  return [];
}
