import { z } from 'zod';
import type { SourceDefinition } from '../contracts/definition.js';
import type { Document, Tree } from '../contracts/document.js';
import type { Mapper, MappingLanguage, MappingLocation } from '../contracts/mapper.js';
import type { Place, Problem } from '../contracts/problem.js';
import type { Redactor } from '../contracts/redactor.js';
import type { StreamSchema } from '../contracts/stream-schema.js';
import { didYouMean } from '../document/did-you-mean.js';
import { ProblemList } from '../document/problem-list.js';
import { locateFile } from '../document/read-document.js';
import { placeOf } from '../document/source-file.js';
import { emptyMap, entryOf, nearest, rootOf, type Path } from '../document/tree.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import { repeatGroups } from '../repeats/repeat-groups.js';
import { repeatProblems } from '../repeats/repeat-problems.js';
import { KIND_NAMES, type AnyDefinition, type Registries, type Registry } from '../registry/registry.js';
import { PIPELINE_FILE_CODES, type PipelineFileCode } from './config-codes.js';
import { fillVariables, isUnresolved, type FilledTree } from './fill-variables.js';
import type { Configured, PipelineConfig } from './pipeline-config.js';
import { pipelineSchema } from './pipeline-schema.js';
import { loadSchemaFile, streamsIn, withSchemaFile } from './schema-file.js';
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
  /** Present when no problem is an error. Of a pipeline with several sinks: its first branch. */
  readonly pipeline?: PipelineConfig;
  /** One for each sink; present when no problem is an error. */
  readonly branches?: readonly PipelineConfig[];
}

const SHORT_SETTLE_MS = 60_000;
const named = z.record(z.string(), z.unknown());

/** A pipeline file that is being loaded. */
interface Loading {
  readonly file: string;
  readonly filled: FilledTree;
  readonly context: PipelineFileContext;
  readonly problems: ProblemList<PipelineFileCode>;
  /** Of a source whose streams the file describes; empty when the description has a problem. */
  streams?: readonly StreamSchema[];
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
  const loading: Loading = { file, filled, context, problems };

  const settings = validateOptions(pipelineSchema, { tree: filled.tree, path: [], filled }, context.redactor, problems);
  const source = configure('source', context.sources, loading);
  const state = configure('state', context.stateStores, loading, { fallback: 'file' });
  const branches = sinkPlaces(loading).map((place) => {
    const sink = configure('sink', context.sinks, loading, { path: place.path });
    const mapper = loadMapping(loading, place);
    if (source !== undefined && mapper !== undefined) {
      reportMissing(source, mapper, loading);
      reportHeld(source, mapper, loading);
    }
    return { ...place, sink, mapper };
  });
  if (settings !== undefined && settings.settle < SHORT_SETTLE_MS) {
    const message =
      'with a `settle` below one minute, a record can be missed if it is written slowly, or by a machine whose clock is behind';
    problems.add('short-settle', spanAt(loading, ['settle']), message);
  }
  if (settings !== undefined) {
    for (const { path, sink, mapper } of branches) {
      if (sink === undefined || mapper === undefined) continue;
      const groups = repeatGroups(sink.definition.repeats(sink.config), mapper.events);
      for (const { code, message, help } of repeatProblems(sink.type, groups, settings.revisit)) {
        problems.add(code, spanOf(loading, ['revisit'], [...path, 'use']), message, help);
      }
    }
  }

  const all = problems.all(file);
  if (problems.hasErrors || !settings || !source || !state) return { problems: all };
  const pipelines = branches.flatMap(({ name, sink, mapper }): PipelineConfig[] => {
    if (!sink || !mapper) return [];
    const { params, delivery = {} } = (name === undefined ? undefined : settings.sinks?.[name]) ?? {};
    const {
      maxEventsPerSecond: rate,
      giveUpAfter,
      maxDeadLetterShare,
      ...limits
    } = { ...settings.delivery, ...delivery };
    return [
      {
        name: name === undefined ? settings.pipeline : `${settings.pipeline}.${name}`,
        ...(name === undefined ? {} : { branch: { pipeline: settings.pipeline, sink: name } }),
        file,
        source,
        sink,
        state,
        mapper,
        params: params ?? settings.params,
        schedule: settings.schedule,
        start: settings.start,
        settleMs: settings.settle,
        revisitMs: settings.revisit,
        maxWindowMs: settings.maxWindow,
        delivery: {
          ...limits,
          maxDeadLetterShare: maxDeadLetterShare ?? settings.delivery.maxDeadLetterShare,
          giveUpAfterMs: giveUpAfter ?? settings.delivery.giveUpAfter,
          ...(typeof rate === 'number' && { maxEventsPerSecond: rate }),
        },
        deadLetters: { personalData: settings.deadLetters.personalData ?? (mapper.makesPseudonyms ? 'omit' : 'keep') },
      },
    ];
  });
  const [pipeline] = pipelines;
  return pipeline === undefined ? { problems: all } : { problems: all, pipeline, branches: pipelines };
}

/** Where a pipeline file describes a sink. */
interface SinkPlace {
  /** Absent: it is the only one. */
  readonly name?: string;
  readonly path: Path;
}

/** The sinks of the file: one under `sink`, or several by name under `sinks`. Reports what is missing of them. */
function sinkPlaces(loading: Loading): readonly SinkPlace[] {
  const { tree } = loading.filled;
  if (tree.kind !== 'map') return [];
  const [one, several] = [entryOf(tree, 'sink'), entryOf(tree, 'sinks')];
  const { problems } = loading;
  if (one !== undefined && several !== undefined) {
    const message = 'both `sink` and `sinks` are written';
    problems.add(
      'invalid-option',
      several.keySpan,
      message,
      'move the one under `sinks`, with a name, and remove `sink`',
    );
  }
  const names = several?.value.kind === 'map' ? several.value.entries.map(({ key }) => key) : [];
  if (one === undefined && several === undefined) missing('sink', loading);
  else if (several?.value.kind === 'map' && names.length === 0) {
    problems.add(
      'invalid-option',
      spanAt(loading, ['sinks']),
      '`sinks` has no sink',
      'write a name with `use:` for each',
    );
  }
  const places: readonly SinkPlace[] = [
    ...(one === undefined ? [] : [{ path: ['sink'] }]),
    ...names.map((name) => ({ name, path: ['sinks', name] })),
  ];
  const lacking = places.some(({ path }) => !isGiven(loading, [...path, 'mapping']));
  if ((places.length === 0 || lacking) && !isGiven(loading, ['mapping'])) missing('mapping', loading);
  return places;
}

function isGiven({ filled }: Loading, path: Path): boolean {
  const { tree, found } = nearest(filled, path);
  return found && !(tree.kind === 'scalar' && tree.value === null);
}

/** As `validateOptions` reports a required option that is not there. */
function missing(option: 'sink' | 'mapping', { filled, problems }: Loading): void {
  const { tree, keySpan } = nearest(filled, [option]);
  const span = keySpan ?? { ...tree.span, end: tree.span.start + 1 };
  problems.addAt('missing-key', placeOf(span), `missing option \`${option}\``);
}

/** `use` is written literally; a mapping in place has parameters instead of variables. */
function isVerbatim(path: Path): boolean {
  const own = path[0] === 'sinks' ? path.slice(2) : path;
  return path.at(-1) === 'use' || (own[0] === 'mapping' && own.length > 1);
}

/** The adapter that a block uses, with its validated options. */
function configure<Definition extends AnyDefinition>(
  key: Definition['kind'],
  registry: Registry<Definition>,
  loading: Loading,
  { path = [key], fallback }: { readonly path?: Path; readonly fallback?: string } = {},
): Configured<Definition> | undefined {
  const { filled, problems } = loading;
  const type = textAt(loading, [...path, 'use']) ?? (nearest(filled, path).found ? undefined : fallback);
  if (type === undefined) return undefined;
  const definition = registry.find(type);
  if (definition === undefined) {
    const message = registry.failure(type) ?? `unknown ${KIND_NAMES[key]} \`${type}\``;
    problems.add('unknown-type', spanAt(loading, [...path, 'use']), message, didYouMean(type, registry.types));
    return undefined;
  }
  const { tree, keySpan, found } = nearest(filled, [...path, 'with']);
  const span = keySpan ?? tree.span;
  const hasOptions = found && !(tree.kind === 'scalar' && tree.value === null);
  const written = { tree: hasOptions ? tree : emptyMap(span), keySpan: span, path: [...path, 'with'], filled };
  const described = definition.kind === 'source' ? definition.described : undefined;
  const block = described ? withSchemaFile(written, type, loading.file, loading.context, problems) : written;
  if (described) loading.streams = streamsIn(block.tree, described, filled);
  const config: unknown = validateOptions(definition.config, block, loading.context.redactor, problems);
  if (config === undefined) return undefined;
  return { type, definition: loading.streams ? { ...definition, streams: loading.streams } : definition, config };
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

/** Streams whose records are held, of a source that cannot read them again. */
function reportHeld({ type, definition }: Configured<SourceDefinition>, { streams }: Mapper, loading: Loading): void {
  if (definition.readsByKey !== false) return;
  for (const { stream, holds } of streams) {
    if (holds !== true) continue;
    const message = `the mapping holds records of \`${stream}\` until they are final, but ${type} cannot read a record again by its key`;
    loading.problems.add('cannot-hold', spanAt(loading, ['source', 'use']), message);
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

/** The mapping of a sink: its own, or that of the file. */
function loadMapping(loading: Loading, { path }: SinkPlace): Mapper | undefined {
  const { filled, context, problems } = loading;
  const { mappingLanguage, sources, sinks, readFile } = context;
  const own = (option: string): Path => (isGiven(loading, [...path, option]) ? [...path, option] : [option]);
  const written = treeAt(loading, own('mapping'));
  const location = locateMapping(written, loading);
  if (location === undefined) return undefined;
  const [sourceType, sinkType] = [textAt(loading, ['source', 'use']), textAt(loading, [...path, 'use'])];
  // The problem of the description has been reported; without its fields everything else would seem to be wrong.
  if (loading.streams?.length === 0) return undefined;
  const atParams = own('params');
  const params = treeAt(loading, atParams);
  const loaded = mappingLanguage.load(location, {
    ...(sourceType !== undefined && sources.find(sourceType) && { sourceType }),
    ...(sinkType !== undefined && sinks.find(sinkType) && { sinkType }),
    // A variable without a value has been reported: then the mapping is checked as if it were linted alone.
    ...(params !== undefined && isUnresolved(params, filled) ? {} : { params: paramsOf(params, filled) }),
    streamsOf: (type) => (type === sourceType ? loading.streams : undefined) ?? sources.find(type)?.streams,
    schemaFile: (file, namedAt) => loadSchemaFile(file, context, namedAt),
    eventSchemaOf: (type) => sinks.find(type)?.eventSchema,
    functionsOf: (kind, type) => ({ source: sources, sink: sinks })[kind].find(type)?.functions,
    knownSources: sources.types,
    knownSinks: sinks.types,
    adapterFailure: (kind, type) => ({ source: sources, sink: sinks })[kind].failure(type),
    readFile,
    redactor: context.redactor,
    locatePackageFile,
    placeOfParam: (name) => placeOfParam(name === undefined ? atParams : [...atParams, name], own('mapping'), loading),
    isParamInClear: (name) => {
      const param = params && entryOf(params, name)?.value;
      return param !== undefined && !filled.substitutions.has(param);
    },
  });
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
function locateMapping(tree: Tree | undefined, { file, context }: Loading): MappingLocation | undefined {
  if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return undefined;
  if (tree.kind !== 'scalar' || typeof tree.value !== 'string') return { file, inPlace: tree };
  return { file: locateFile(tree.value, file, context.readFile, locatePackageFile), namedAt: tree.span };
}

/** `param`: the path of all parameters, or of one. */
function placeOfParam(param: Path, mapping: Path, { filled }: Loading): Place {
  const { tree, keySpan, found } = nearest(filled, param);
  const at = found ? { tree, keySpan } : nearest(filled, mapping);
  return placeOf((param.at(-1) === 'params' ? at.keySpan : undefined) ?? at.tree.span);
}

function treeAt({ filled }: Loading, path: Path): Tree | undefined {
  const { tree, found } = nearest(filled, path);
  return found ? tree : undefined;
}

function paramsOf(tree: Tree | undefined, filled: FilledTree): Readonly<Record<string, unknown>> {
  return (tree && named.safeParse(valueOf(tree, [], named, filled)).data) ?? {};
}

function textAt({ filled }: Loading, path: Path): string | undefined {
  const { tree, found } = nearest(filled, path);
  return found && tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : undefined;
}

/** Of the first path, or of the second where the file does not have the first. */
function spanOf(loading: Loading, path: Path, other: Path): Tree['span'] {
  return spanAt(loading, nearest(loading.filled, path).found ? path : other);
}

function spanAt({ filled }: Loading, path: Path): Tree['span'] {
  return nearest(filled, path).tree.span;
}
