import { z } from 'zod';
import type { SourceDefinition } from '../contracts/definition.js';
import type { Document, Tree } from '../contracts/document.js';
import type { Mapper, MappingLanguage, MappingLocation } from '../contracts/mapper.js';
import type { Place, Problem } from '../contracts/problem.js';
import type { Redactor } from '../contracts/redactor.js';
import { didYouMean } from '../document/did-you-mean.js';
import { ProblemList } from '../document/problem-list.js';
import { locateFile } from '../document/read-document.js';
import { placeOf } from '../document/source-file.js';
import { emptyMap, entryOf, nearest, rootOf, type Path } from '../document/tree.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import { KIND_NAMES, type AnyDefinition, type Registries, type Registry } from '../registry/registry.js';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from './config-codes.js';
import { fillVariables, isUnresolved, type FilledTree } from './fill-variables.js';
import type { Configured, PipelineConfig } from './pipeline-config.js';
import { pipelineSchema } from './pipeline-schema.js';
import { validateOptions, valueOf } from './validate-options.js';

export interface PipelineFileContext extends Registries {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly mappingLanguage: MappingLanguage;
  readonly readFile: (path: string) => string;
  /** Receives every secret in the file. */
  readonly redactor: Redactor;
}

export interface LoadedPipelineFile {
  /** Every problem at once, in the order of their places. */
  readonly problems: readonly Problem[];
  /** Present when no problem is an error. */
  readonly pipeline?: PipelineConfig;
}

const SHORT_SETTLE_MS = 60_000;
const named = z.record(z.string(), z.unknown());

/** A pipeline file that is being loaded. */
interface Loading {
  readonly file: string;
  readonly filled: FilledTree;
  readonly context: PipelineFileContext;
  readonly problems: ProblemList<PipelineFileCode>;
}

/** Checks and resolves a pipeline file with its mapping. Opens no connection; never throws for what files contain. */
export function loadPipelineFile(document: Document, context: PipelineFileContext): LoadedPipelineFile {
  const problems = new ProblemList<PipelineFileCode>(PIPELINE_FILE_CODES);
  problems.addAll(document.problems);
  if (document.root === undefined && problems.hasErrors) return { problems: problems.all() };
  const { path: file } = document.file;
  const other = otherFileKind(rootOf(document));
  if (other !== undefined) {
    const start = { file: document.file, start: 0, end: 1 };
    problems.add('wrong-shape', start, `this is ${other}, not a pipeline file`, OTHER_FILE_HELP);
    return { problems: problems.all() };
  }
  const filled = fillVariables(rootOf(document), isVerbatim, { ...context, file }, problems);
  const loading = { file, filled, context, problems };

  const settings = validateOptions(pipelineSchema, { tree: filled.tree, path: [], filled }, context.redactor, problems);
  const source = configure('source', context.sources, loading);
  const sink = configure('sink', context.sinks, loading);
  const state = configure('state', context.stateStores, loading, 'file');
  const mapper = loadMapping(loading);
  if (source !== undefined && mapper !== undefined) reportMissing(source, mapper, loading);
  if (settings !== undefined && settings.settle < SHORT_SETTLE_MS) {
    const message =
      'with a `settle` below one minute, a record can be missed if it is written slowly, or by a machine whose clock is behind';
    problems.add('short-settle', spanAt(loading, ['settle']), message);
  }

  const all = problems.all(file);
  if (problems.hasErrors || !settings || !source || !sink || !state || !mapper) return { problems: all };
  const { maxEventsPerSecond: rate, giveUpAfter: giveUpAfterMs, ...limits } = settings.delivery;
  const pipeline: PipelineConfig = {
    name: settings.pipeline,
    file,
    source,
    sink,
    state,
    mapper,
    params: settings.params,
    schedule: settings.schedule,
    start: settings.start,
    settleMs: settings.settle,
    revisitMs: settings.revisit,
    maxWindowMs: settings.maxWindow,
    delivery: { ...limits, giveUpAfterMs, ...(typeof rate === 'number' && { maxEventsPerSecond: rate }) },
    deadLetters: { personalData: settings.deadLetters.personalData ?? (mapper.makesPseudonyms ? 'omit' : 'keep') },
  };
  return { problems: all, pipeline };
}

/** `use` is written literally; a mapping in place has parameters instead of variables. */
function isVerbatim(path: Path): boolean {
  return path.at(-1) === 'use' || (path[0] === 'mapping' && path.length > 1);
}

/** The adapter that a block uses, with its validated options. */
function configure<Definition extends AnyDefinition>(
  key: Definition['kind'],
  registry: Registry<Definition>,
  loading: Loading,
  fallback?: string,
): Configured<Definition> | undefined {
  const { filled, problems } = loading;
  const type = textAt(loading, [key, 'use']) ?? (entryOf(filled.tree, key) === undefined ? fallback : undefined);
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition === undefined) {
    const message = registry.failure(type) ?? `unknown ${KIND_NAMES[key]} \`${type}\``;
    problems.add('unknown-type', spanAt(loading, [key, 'use']), message, didYouMean(type, registry.types));
    return undefined;
  }
  const { tree, keySpan, found } = nearest(filled, [key, 'with']);
  const span = keySpan ?? tree.span;
  const isGiven = found && !(tree.kind === 'scalar' && tree.value === null);
  const block = { tree: isGiven ? tree : emptyMap(span), keySpan: span, path: [key, 'with'], filled };
  const config: unknown = validateOptions(definition.config, block, loading.context.redactor, problems);
  return config === undefined ? undefined : { type, definition, config };
}

/** Fields that the mapping reads, and that the source's options keep back or leave without values. */
function reportMissing(
  { definition, config }: Configured<SourceDefinition>,
  { streams }: Mapper,
  loading: Loading,
): void {
  for (const { stream, fields } of streams) {
    for (const { field } of fields) {
      const place = spanAt(loading, ['source', 'with']);
      const reads = `the mapping reads \`${field}\` of \`${stream}\``;
      const withheld = definition.withheld?.(field, config);
      if (withheld !== undefined) {
        loading.problems.add('withheld-field', place, `${reads}, which the source keeps back`, withheld);
      }
      const unset = definition.unset?.(field, config);
      if (unset !== undefined) loading.problems.add('unset-field', place, `${reads}, which is always null`, unset);
    }
  }
}

const OTHER_FILE_HELP =
  'name the mapping under `mapping:` in a pipeline file, and give that; for a mapping alone there are `sluice lint`, `test`, `docs` and `diff`';
const MAPPING_ONLY = ['events', 'extends', 'shared', 'vocabulary', 'identity', 'personalData', 'tests'];

/** What a file is that was given in place of a pipeline file. */
function otherFileKind(root: Tree): string | undefined {
  if (root.kind !== 'map' || entryOf(root, 'pipeline') !== undefined) return undefined;
  const keys = root.entries.map(({ key }) => key).filter((key) => MAPPING_ONLY.includes(key));
  if (keys.length === 0) return undefined;
  return keys.every((key) => key === 'tests') ? 'a file of tests' : 'a mapping';
}

function loadMapping(loading: Loading): Mapper | undefined {
  const { filled, context, problems } = loading;
  const { mappingLanguage, sources, sinks, readFile } = context;
  const location = locateMapping(loading);
  if (location === undefined) return undefined;
  const [sourceType, sinkType] = [textAt(loading, ['source', 'use']), textAt(loading, ['sink', 'use'])];
  const params = entryOf(filled.tree, 'params')?.value;
  const loaded = mappingLanguage.load(location, {
    ...(sourceType !== undefined && sources.find(sourceType) && { sourceType }),
    ...(sinkType !== undefined && sinks.find(sinkType) && { sinkType }),
    // A variable without a value has been reported: then the mapping is checked as if it were linted alone.
    ...(params !== undefined && isUnresolved(params, filled) ? {} : { params: paramsOf(params, filled) }),
    streamsOf: (type) => sources.find(type)?.streams,
    eventSchemaOf: (type) => sinks.find(type)?.eventSchema,
    knownSources: sources.types,
    knownSinks: sinks.types,
    adapterFailure: (kind, type) => ({ source: sources, sink: sinks })[kind].failure(type),
    readFile,
    redactor: context.redactor,
    locatePackageFile,
    placeOfParam: (name) => placeOfParam(name, loading),
    isParamInClear: (name) => {
      const param = params && entryOf(params, name)?.value;
      return param !== undefined && !filled.substitutions.has(param);
    },
  });
  const written = entryOf(filled.tree, 'mapping')?.value;
  const isFilled = written !== undefined && filled.substitutions.has(written);
  // The value of a variable may be a secret, whatever it is doing in a path.
  const hidden = { message: 'there is no such file; the path comes from a variable' };
  problems.addAll(
    loaded.problems.map((problem) =>
      isFilled && problem.code === 'file-unreadable' ? { ...problem, ...hidden } : problem,
    ),
  );
  return loaded.mapper;
}

/** Where the mapping is written: in place, or in another file. */
function locateMapping({ file, filled, context }: Loading): MappingLocation | undefined {
  const tree = entryOf(filled.tree, 'mapping')?.value;
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return undefined;
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return { file, inPlace: tree };
  return { file: locateFile(tree.value, file, context.readFile, locatePackageFile), namedAt: tree.span };
}

function placeOfParam(name: string | undefined, { filled }: Loading): Place {
  const { tree, keySpan, found } = nearest(filled, name === undefined ? ['params'] : ['params', name]);
  const at = found ? { tree, keySpan } : nearest(filled, ['mapping']);
  return placeOf((name === undefined ? at.keySpan : undefined) ?? at.tree.span);
}

function paramsOf(tree: Tree | undefined, filled: FilledTree): Readonly<Record<string, unknown>> {
  return (tree && named.safeParse(valueOf(tree, [], named, filled)).data) ?? {};
}

function textAt({ filled }: Loading, path: Path): string | undefined {
  const { tree, found } = nearest(filled, path);
  return found && tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

function spanAt({ filled }: Loading, path: Path): Tree['span'] {
  return nearest(filled, path).tree.span;
}
