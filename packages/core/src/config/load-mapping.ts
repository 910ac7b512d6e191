import { z } from 'zod';
import type { Tree } from '../contracts/document.js';
import type { Mapper, MappingLocation } from '../contracts/mapper.js';
import type { Place, Problem } from '../contracts/problem.js';
import { locateFile } from '../document/read-document.js';
import { placeOf } from '../document/source-file.js';
import { entryOf, nearest, scalarsIn, type Path } from '../document/tree.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import type { Registry } from '../registry/registry.js';
import { isUnresolved, placeInClear, type FilledTree } from './fill-variables.js';
import { isGiven, textAt, treeAt, type Loading } from './loading.js';
import { loadSchemaFile } from './schema-file.js';
import type { SinkPlace } from './sink-places.js';
import { valueOf } from './validate-options.js';

const named = z.record(z.string(), z.unknown());

/** The mapping of a sink: its own, or that of the file. */
export function loadMapping(loading: Loading, { path }: SinkPlace): Mapper | undefined {
  const { filled, context, problems } = loading;
  const { mappingLanguage, sources, sinks, readFile } = context;
  const own = (option: string): Path => (isGiven(loading, [...path, option]) ? [...path, option] : [option]);
  const written = treeAt(loading, own('mapping'));
  const location = locateMapping(written, loading);
  if (location === undefined) return undefined;
  const [sourceType, sinkType] = [textAt(loading, ['source', 'use']), textAt(loading, [...path, 'use'])];
  // Without the pipeline's own source, the mapping would ask for every source that it names.
  if (isAwaited(sources, sourceType) || isAwaited(sinks, sinkType)) return undefined;
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
    paramInClear: (name) => {
      const param = params && entryOf(params, name)?.value;
      const place = param && placeInClear(param, filled);
      return place?.file.text.slice(place.start, place.end);
    },
  });
  const isFilled = written !== undefined && filled.substitutions.has(written);
  // The value of a variable may be a secret, whatever it is doing in a path.
  const hidden = { message: 'there is no such file; the path comes from a variable', help: 'correct the variable' };
  problems.addAll(
    loaded.problems.map((problem) =>
      isFilled && problem.code === 'file-unreadable' ? { ...problem, ...hidden } : problem,
    ),
  );
  if (location.inPlace !== undefined) reportVariables(location.inPlace, loaded.problems, loading);
  return loaded.mapper;
}

/** A mapping in place is taken literally: what looks like a variable would be sent. */
function reportVariables(mapping: Tree, known: readonly Problem[], { problems }: Loading): void {
  const errors = known.filter(({ severity }) => severity === 'error');
  for (const { value, span } of scalarsIn(mapping)) {
    if (typeof value !== 'string' || !value.includes('${')) continue;
    const place = placeOf(span);
    if (errors.some((error) => isWithin(error, place))) continue;
    problems.add('bad-variable', span, 'a mapping cannot use variables, not even inside a pipeline file', PARAM_HELP);
  }
}

const PARAM_HELP =
  'declare a parameter under `params` of the mapping, write the variable under `params` of the pipeline, and use the name of the parameter';

function isWithin(problem: Place, { file, line, column, endLine, endColumn }: Place): boolean {
  const isAfterStart = problem.line > line || (problem.line === line && problem.column >= column);
  const isBeforeEnd = problem.line < endLine || (problem.line === endLine && problem.column <= endColumn);
  return problem.file === file && isAfterStart && isBeforeEnd;
}

/** Asks for an adapter, and tells whether everything is checked once more with it. */
function isAwaited(registry: Registry<unknown>, type: string | undefined): boolean {
  return type !== undefined && registry.find(type) === undefined && registry.isAwaited(type);
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

function paramsOf(tree: Tree | undefined, filled: FilledTree): Readonly<Record<string, unknown>> {
  return (tree && named.safeParse(valueOf(tree, [], named, filled)).data) ?? {};
}
