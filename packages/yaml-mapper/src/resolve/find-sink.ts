import type { MappingContext, SinkEventSchema } from '@sluice/core/config';
import { didYouMean, entryOf, type MapTree, type Span } from '@sluice/core/document';
import { ProblemList } from '../problems/problem-list.js';
import { adapterNames, unknown } from './find-adapters.js';
import { lastTexts } from './read-layers.js';
import type { NamedSpan } from './read-tree.js';
import { ANY_SINK, isKnownSink, isShared, STANDARD_EVENT, type SinkTarget } from './sink-target.js';

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
  const { name: type, span } = chosen([first, ...written.slice(1)], context, problems);
  const schemaOf = (each: string): SinkEventSchema | undefined => context.eventSchemaOf(each);
  const ofSink = type === ANY_SINK ? STANDARD_EVENT : schemaOf(type);
  if (ofSink === undefined) {
    problems.add('unknown-sink', span, unknown('sink', type, context), didYouMean(type, knownSinks));
    return undefined;
  }
  const types = written.map(({ name }) => name);
  const inLayers = new Map(layers.map((layer, index) => [layer, sinksIn(layers, index) ?? types]));
  const isStandard = isShared(types) || [...inLayers.values()].some(isShared);
  const target = {
    type,
    schema: ofSink === 'any' && isStandard ? STANDARD_EVENT : ofSink,
    isOpen: ofSink === 'any',
    types,
    needsAll: isShared(types) && (sinkType === undefined || sinkType === ANY_SINK),
    schemaOf,
    known: knownSinks,
    typesIn: (layer: MapTree) => inLayers.get(layer) ?? types,
  };
  checkNames(written, target, problems);
  return target;
}

/** One of the names, or the pipeline's sink if the mapping is for it too. */
function chosen(
  written: readonly [NamedSpan, ...NamedSpan[]],
  context: MappingContext,
  problems: ProblemList,
): NamedSpan {
  const { sinkType } = context;
  const [first] = written;
  const types = written.map(({ name }) => name);
  const any = written.find(({ name }) => name === ANY_SINK);
  if (sinkType !== undefined) {
    const takesAny = context.eventSchemaOf(sinkType) === 'any';
    // A sink that takes any event takes those of a mapping for one other sink as they are.
    if (any !== undefined || types.includes(sinkType) || (takesAny && isShared(types)))
      return { name: sinkType, span: (written.find(({ name }) => name === sinkType) ?? first).span };
    if (!takesAny) {
      const named = `the ${types.length === 1 ? 'sink' : 'sinks'} \`${types.join('`, `')}\``;
      problems.add('other-sink', first.span, `the mapping is for ${named}, but the pipeline uses \`${sinkType}\``);
    }
  }
  return any ?? written.find(({ name }) => context.eventSchemaOf(name) !== undefined) ?? first;
}

function checkNames(written: readonly NamedSpan[], target: SinkTarget, problems: ProblemList): void {
  if (written.length === 1) return;
  for (const { name, span } of written) {
    if (name === ANY_SINK) {
      const message = '`any` means every sink, so it cannot be in a list';
      problems.add('wrong-shape', span, message, 'write `sink: any`');
    } else if (!isKnownSink(name, target))
      problems.add('unknown-sink', span, `unknown sink \`${name}\``, didYouMean(name, target.known));
  }
}

/** What is in force in a file: its own header, or that of the file before it, or else of the next one that has one. */
function sinksIn(layers: readonly MapTree[], index: number): readonly string[] | undefined {
  const hasOne = (layer: MapTree): boolean => entryOf(layer, 'sink') !== undefined;
  const layer = layers.slice(0, index + 1).findLast(hasOne) ?? layers.find(hasOne);
  const names = layer && lastTexts([layer], 'sink', new ProblemList()).map(({ name }) => name);
  return names === undefined || names.length === 0 ? undefined : names;
}
