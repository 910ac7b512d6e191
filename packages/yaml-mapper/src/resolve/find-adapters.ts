import type { StreamSchema } from '@sluice/core/source';
import type { MappingContext } from '@sluice/core/config';
import { didYouMean, locateFile, type MapTree, type Span } from '@sluice/core/document';
import type { ProblemList } from '../problems/problem-list.js';
import { lastTexts } from './read-layers.js';
import type { NamedSpan } from './read-tree.js';

/** A source whose streams are described in a file, by the path of that file. */
const SCHEMA_FILE = /\.ya?ml$/u;

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
  const named = adapterNames('source', layers, sourceType, knownSources, start, problems);
  const files = new Map<string, readonly StreamSchema[]>();
  const written = named.flatMap(({ name, span }) => {
    if (!SCHEMA_FILE.test(name) || context.schemaFile === undefined) return [{ name, span }];
    const path = locateFile(name, span.file.path, context.readFile, context.locatePackageFile);
    const { source, problems: found } = context.schemaFile(path, span);
    problems.addAll(found);
    if (source !== undefined) files.set(source.type, source.streams);
    return source === undefined ? [] : [{ name: source.type, span }];
  });
  const streamsOf = (type: string): readonly StreamSchema[] | undefined =>
    (type === sourceType ? undefined : files.get(type)) ?? context.streamsOf(type);
  const [first] = written;
  if (first === undefined) return undefined;
  const types = written.map(({ name }) => name);
  if (sourceType !== undefined && !types.includes(sourceType)) {
    const expected = `the ${types.length === 1 ? 'source' : 'sources'} \`${types.join('`, `')}\``;
    problems.add('other-source', first.span, `the mapping is for ${expected}, but the pipeline uses \`${sourceType}\``);
  }
  const ofPipeline = written.find(({ name }) => name === sourceType);
  // Of the sources that it names, not all need to be installed, and a pipeline loads its own alone.
  const known = ofPipeline ?? written.find(({ name }) => streamsOf(name) !== undefined) ?? first;
  const type = known.name;
  const streams = streamsOf(type);
  if (streams === undefined)
    problems.add('unknown-source', known.span, unknown('source', type, context), didYouMean(type, knownSources));
  if (streams?.length === 0) {
    const help = `write \`source: ./….schema.yaml\` with its schema file, or lint the pipeline file`;
    problems.add('unknown-source', known.span, `the streams of the source \`${type}\` are not known here`, help);
    return undefined;
  }
  return streams && { type, streams, types };
}

/** Why an adapter cannot be used: its package is not there, or nothing is known of it. */
export function unknown(kind: 'source' | 'sink', type: string, context: MappingContext): string {
  return context.adapterFailure?.(kind, type) ?? `unknown ${kind} \`${type}\``;
}

/** The names that the mapping gives, or else the pipeline's. */
export function adapterNames(
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
