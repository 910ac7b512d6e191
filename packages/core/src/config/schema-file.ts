import { z } from 'zod';
import type { SourceDefinition, StreamDescriptions } from '../contracts/definition.js';
import type { Span, Tree } from '../contracts/document.js';
import type { LoadedSchemaFile } from '../contracts/mapper.js';
import type { Redactor } from '../contracts/redactor.js';
import type { StreamSchema } from '../contracts/stream-schema.js';
import { didYouMean } from '../document/did-you-mean.js';
import { ProblemList } from '../document/problem-list.js';
import { locateFile, readDocument } from '../document/read-document.js';
import { entryOf, rootOf, type KeyedTree } from '../document/tree.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import type { Registry } from '../registry/registry.js';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from './config-codes.js';
import type { FilledTree } from './fill-variables.js';
import { validateOptions, valueOf } from './validate-options.js';

/** A schema file: the streams of a source that is described in YAML, apart from the pipelines that read it. */
const schemaFileShape = z.strictObject({
  sluice: z.literal(1).describe('The version of the format.'),
  source: z.string().describe('The type of the source.'),
  doc: z.string().optional().describe('One line for people.'),
  streams: z.unknown().describe('The streams.'),
});

export interface SchemaFileContext {
  readonly sources: Registry<SourceDefinition>;
  readonly readFile: (path: string) => string;
  readonly redactor: Redactor;
}

type Problems = ProblemList<PipelineFileCode>;

/** A schema file that is named without a pipeline, by a mapping or a command. Contains no variables. */
export function loadSchemaFile(path: string, context: SchemaFileContext, namedAt?: Span): LoadedSchemaFile {
  const problems: Problems = new ProblemList(PIPELINE_FILE_CODES);
  const read = readSchemaFile(path, context, problems, namedAt);
  const described = read && context.sources.find(read.type)?.described;
  if (read === undefined || described === undefined) return { problems: problems.all(path) };
  const block = { tree: read.streams, path: ['streams'], filled: literal(read.streams) };
  const value = validateOptions(described.schema, block, context.redactor, problems);
  if (problems.hasErrors || value === undefined) return { problems: problems.all(path) };
  return { problems: problems.all(path), source: { type: read.type, streams: described.streamsOf(value) } };
}

/**
 * The options of a source with the streams of the schema file that they name, so that one schema checks both, and a problem
 * has its place in the file that it is in.
 */
export function withSchemaFile<Block extends KeyedTree>(
  block: Block,
  type: string,
  file: string,
  context: SchemaFileContext,
  problems: Problems,
): Block {
  const { tree } = block;
  const named = entryOf(tree, 'schema');
  if (tree.kind !== 'map' || named?.value.kind !== 'scalar' || typeof named.value.value !== 'string') return block;
  if (entryOf(tree, 'streams') !== undefined) {
    problems.add(
      'invalid-option',
      named.keySpan,
      '`source.with` has both `schema` and `streams`',
      'remove one of them',
    );
    return block;
  }
  const path = locateFile(named.value.value, file, context.readFile, locatePackageFile);
  const read = readSchemaFile(path, context, problems, named.value.span);
  if (read === undefined) return block;
  if (read.type !== type) {
    const message = `the schema file is for the source \`${read.type}\`, but the pipeline uses \`${type}\``;
    problems.add('invalid-option', named.value.span, message, `name a schema file for \`${type}\``);
  }
  const streams = { key: 'streams', keySpan: named.keySpan, value: read.streams };
  return { ...block, tree: { ...tree, entries: [...tree.entries, streams] } };
}

/** The streams that options describe, if they do so without a problem: whatever else is wrong with the options. */
export function streamsIn(options: Tree, described: StreamDescriptions, filled: FilledTree): readonly StreamSchema[] {
  const tree = entryOf(options, 'streams')?.value;
  const parsed = tree && described.schema.safeParse(valueOf(tree, [], described.schema, filled));
  return parsed?.success === true ? described.streamsOf(parsed.data) : [];
}

function readSchemaFile(
  path: string,
  { sources, readFile, redactor }: SchemaFileContext,
  problems: Problems,
  namedAt?: Span,
): { readonly type: string; readonly streams: Tree } | undefined {
  const document = readDocument(path, readFile, namedAt);
  problems.addAll(document.problems);
  if (document.problems.length > 0) return undefined;
  const tree = rootOf(document);
  const shape = validateOptions(schemaFileShape, { tree, path: [], filled: literal(tree) }, redactor, problems);
  const streams = entryOf(tree, 'streams')?.value;
  const source = entryOf(tree, 'source')?.value;
  if (shape === undefined || source === undefined) return undefined;
  if (streams === undefined) {
    problems.add('missing-key', { ...tree.span, end: tree.span.start + 1 }, 'missing option `streams`');
    return undefined;
  }
  if (sources.find(shape.source)?.described === undefined) {
    const described = sources.types.filter((each) => sources.find(each)?.described !== undefined);
    const message = `the source \`${shape.source}\` does not take schema files`;
    problems.add('unknown-type', source.span, message, didYouMean(shape.source, described));
    return undefined;
  }
  return { type: shape.source, streams };
}

function literal(tree: Tree): FilledTree {
  return { tree, substitutions: new Map() };
}
