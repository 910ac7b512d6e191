import type { SchemaPull, SourceDefinition } from '../contracts/definition.js';
import type { Document } from '../contracts/document.js';
import type { Problem } from '../contracts/problem.js';
import { didYouMean } from '../document/did-you-mean.js';
import { ProblemList } from '../document/problem-list.js';
import { locateFile } from '../document/read-document.js';
import { emptyMap, nearest, rootOf } from '../document/tree.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import type { Registry } from '../registry/registry.js';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from './config-codes.js';
import { fillVariables } from './fill-variables.js';
import { membersOf } from './members.js';
import { withSchemaFile, type SchemaFileContext } from './schema-file.js';
import { validateOptions } from './validate-options.js';

interface SchemaPullContext extends SchemaFileContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sources: Registry<SourceDefinition>;
}

/** The source of a pipeline file, whose schema file may be incomplete. */
export interface LoadedSchemaPull {
  readonly problems: readonly Problem[];
  /** Present if no problem is an error. */
  readonly pull?: {
    readonly reader: SchemaPull;
    readonly config: unknown;
    /** The schema file, as an absolute path. */
    readonly file: string;
  };
}

/** Reads of a pipeline file what `sluice schema pull` needs: the source. Whatever else is in the file may be wrong. */
export function loadSchemaPull(document: Document, context: SchemaPullContext): LoadedSchemaPull {
  const problems = new ProblemList<PipelineFileCode>(PIPELINE_FILE_CODES);
  problems.addAll(document.problems);
  const root = rootOf(document);
  const { path: file } = document.file;
  const use = nearest({ tree: root }, ['source', 'use']);
  const type = use.found && use.tree.kind === 'scalar' ? String(use.tree.value) : '';
  const { sources, redactor, readFile } = context;
  const reader = sources.find(type)?.described?.pull;
  if (reader === undefined) {
    const known = sources.types.filter((each) => sources.find(each)?.described?.pull !== undefined);
    const message = use.found ? `the source \`${type}\` has no schema to pull` : 'the file names no source';
    problems.add('unknown-type', use.tree.span, message, didYouMean(type, known));
    return { problems: problems.all(file) };
  }
  const isOther = (path: readonly (string | number)[]): boolean =>
    path.length > 0 && (path[0] !== 'source' || path[1] === 'use');
  // Of several pipelines, the first: they have one kind of source.
  const [member] = membersOf(root, { ...context, file }, problems) ?? [];
  const filled = fillVariables(root, isOther, { ...context, file, member }, problems);
  const { tree, keySpan } = nearest({ tree: filled.tree }, ['source', 'with']);
  const span = keySpan ?? tree.span;
  const written = {
    tree: tree.kind === 'map' ? tree : emptyMap(span),
    keySpan: span,
    path: ['source', 'with'],
    filled,
  };
  const named = nearest(written, ['schema']);
  if (!named.found || named.tree.kind !== 'scalar' || typeof named.tree.value !== 'string') {
    problems.add('missing-key', span, 'missing option `source.with.schema`', 'name the schema file to complete');
    return { problems: problems.all(file) };
  }
  const block = withSchemaFile(written, type, file, context, problems);
  const config = problems.hasErrors ? undefined : validateOptions(reader.config, block, redactor, problems);
  if (problems.hasErrors || config === undefined) return { problems: problems.all(file) };
  const schemaFile = locateFile(named.tree.value, file, readFile, locatePackageFile);
  return { problems: problems.all(file), pull: { reader, config, file: schemaFile } };
}
