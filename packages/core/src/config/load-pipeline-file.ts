import { dirname, resolve } from 'node:path';
import { LineCounter } from 'yaml';
import { z } from 'zod';
import type { SinkDefinition, SourceDefinition, StateStoreDefinition } from '../contracts/definition.js';
import type { LoadedMapping, MappingLanguage } from '../contracts/mapper.js';
import type { Place, Problem } from '../contracts/problem.js';
import { locatePackageFile } from '../registry/locate-package-file.js';
import type { Registry } from '../registry/registry.js';
import type { ConfigCode } from './config-codes.js';
import { didYouMean } from '../document/did-you-mean.js';
import { errorCode } from '../document/error-code.js';
import { parseYaml } from '../document/parse-yaml.js';
import type { Configured, DeliveryOptions, PipelineConfig } from './pipeline-config.js';
import { pipelineSchema } from './pipeline-schema.js';
import { nearest, placeOf, plain, walk, type Path, type SourceTree } from '../document/source-tree.js';
import { validateTree } from './validate-tree.js';

export interface PipelineFileContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly sources: Registry<SourceDefinition>;
  readonly sinks: Registry<SinkDefinition>;
  readonly stateStores: Registry<StateStoreDefinition>;
  readonly mappingLanguage: MappingLanguage;
  readonly readFile: (path: string) => string;
}

export interface LoadedPipelineFile {
  /** Every problem at once, in the order of their places. */
  readonly problems: readonly Problem[];
  /** Present when no problem is an error. */
  readonly pipeline?: PipelineConfig;
}

const named = z.record(z.string(), z.unknown());

const EMPTY: Omit<SourceTree, 'range'> = { value: {}, children: new Map(), substitutions: [] };

/** Reads, checks and resolves a pipeline file with its mapping. Connects to nothing; never throws for what files hold. */
export function loadPipelineFile(file: string, context: PipelineFileContext): LoadedPipelineFile {
  return new PipelineFileLoader(resolve(file), context).load();
}

class PipelineFileLoader {
  readonly #file: string;
  readonly #context: PipelineFileContext;
  readonly #problems: Problem[] = [];
  #lines = new LineCounter();
  #tree: SourceTree = { ...EMPTY, range: [0, 0] };

  constructor(file: string, context: PipelineFileContext) {
    this.#file = file;
    this.#context = context;
  }

  load(): LoadedPipelineFile {
    const text = this.#read(this.#file, []);
    if (text === undefined) return { problems: this.#problems };
    const { environment, readFile } = this.#context;
    const { tree, lines, problems } = parseYaml(text, {
      environment,
      file: this.#file,
      readFile: (path) => readFile(path),
      isVerbatim: (path) => path.at(-1) === 'use' || (path[0] === 'mapping' && path.length > 1),
    });
    this.#lines = lines;
    this.#problems.push(...problems);
    if (tree === undefined) return { problems: this.#problems };
    this.#tree = tree;
    const { value, problems: found } = validateTree(pipelineSchema, tree, [], this.#file, lines);
    this.#problems.push(...found);
    const { sources, sinks, stateStores } = this.#context;
    const source = this.#adapter<SourceDefinition>('source', sources);
    const sink = this.#adapter<SinkDefinition>('sink', sinks);
    const state = this.#adapter<StateStoreDefinition>('state', stateStores, 'file');
    const mapper = this.#mapping()?.mapper;
    if (value !== undefined && value.settle < 60_000) this.#warnShortSettle();
    const sorted = this.#problems.toSorted((a, b) => this.#order(a, b));
    const failed = sorted.some((problem) => problem.severity === 'error');
    if (failed || !value || !source || !sink || !state || !mapper) return { problems: sorted };
    const pipeline: PipelineConfig = {
      name: value.pipeline,
      file: this.#file,
      source,
      sink,
      state,
      mapper,
      params: value.params,
      schedule: value.schedule,
      start: value.start,
      settleMs: value.settle,
      revisitMs: value.revisit,
      maxWindowMs: value.maxWindow,
      delivery: deliveryOf(value.delivery),
      deadLetters: value.deadLetters,
    };
    return { problems: sorted, pipeline };
  }

  /** In reading order, this file first. */
  #order(a: Problem, b: Problem): number {
    const [aIsOther, bIsOther] = [a.file !== this.#file, b.file !== this.#file];
    return (
      Number(aIsOther) - Number(bIsOther) || a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column
    );
  }

  #adapter<Definition extends { readonly config: z.ZodType }>(
    key: string,
    registry: Registry<Definition>,
    fallback?: string,
  ): Configured<Definition> | undefined {
    const type = this.#valueAt([key, 'use']) ?? (this.#tree.children.has(key) ? undefined : fallback);
    if (typeof type !== 'string') return undefined;
    const definition = registry.find(type);
    if (definition === undefined) {
      const failure = registry.failure(type);
      const message = failure ?? `there is no ${key} "${type}"`;
      this.#report([key, 'use'], 'unknown-type', message, didYouMean(type, registry.types));
      return undefined;
    }
    const options = nearest(this.#tree, [key, 'with']);
    const parent = options.tree.keyRange ?? options.tree.range;
    const tree =
      options.found && options.tree.value !== null ? options.tree : { ...EMPTY, range: parent, keyRange: parent };
    const { value, problems } = validateTree(definition.config, tree, [key, 'with'], this.#file, this.#lines);
    this.#problems.push(...problems);
    return problems.some((problem) => problem.severity === 'error') ? undefined : { type, definition, config: value };
  }

  #mapping(): LoadedMapping | undefined {
    const { mappingLanguage, sources, sinks, readFile } = this.#context;
    const mapping = nearest(this.#tree, ['mapping']);
    if (!mapping.found || mapping.tree.value === null) return undefined;
    const { value } = mapping.tree;
    const inPlace = typeof value !== 'string';
    const path = inPlace ? this.#file : this.#locate(value);
    if (!inPlace && this.#read(path, ['mapping']) === undefined) return undefined;
    const [sourceType, sinkType] = [this.#valueAt(['source', 'use']), this.#valueAt(['sink', 'use'])];
    const params = this.#tree.children.get('params');
    const loaded = mappingLanguage.load(
      { file: path, path: inPlace ? ['mapping'] : [] },
      {
        ...(typeof sourceType === 'string' && sources.find(sourceType) ? { sourceType } : {}),
        ...(typeof sinkType === 'string' && sinks.find(sinkType) ? { sinkType } : {}),
        // A variable that is not set was reported already: then the mapping is checked as if it were linted alone.
        ...(params !== undefined && isUnresolved(params) ? {} : { params: valuesOf(params) }),
        streamsOf: (type) => sources.find(type)?.streams,
        eventSchemaOf: (type) => sinks.find(type)?.eventSchema,
        knownSources: sources.types,
        knownSinks: sinks.types,
        readFile: (each) => readFile(each),
        locatePackageFile,
        placeOfParam: (name) => this.#placeOfParam(name),
        isParamInClear: (name) => params?.children.get(name)?.substitutions.length === 0,
      },
    );
    this.#problems.push(...loaded.problems);
    return loaded;
  }

  /** A path from here, or else a file of an installed package. */
  #locate(written: string): string {
    const path = resolve(dirname(this.#file), written);
    try {
      this.#context.readFile(path);
      return path;
    } catch {
      return locatePackageFile(written, this.#file) ?? path;
    }
  }

  #placeOfParam(name?: string): Place {
    const path = name === undefined ? ['params'] : ['params', name];
    const { tree, found } = nearest(this.#tree, path);
    const at = found ? tree : nearest(this.#tree, ['mapping']).tree;
    return placeOf(this.#file, this.#lines, (name === undefined ? at.keyRange : undefined) ?? at.range);
  }

  #valueAt(path: Path): unknown {
    const { tree, found } = nearest(this.#tree, path);
    return found ? tree.value : undefined;
  }

  #read(path: string, at: Path): string | undefined {
    try {
      return this.#context.readFile(path);
    } catch (error) {
      this.#report(
        at,
        'file-not-readable',
        errorCode(error) === 'ENOENT' ? `there is no file ${path}` : `the file ${path} cannot be read`,
      );
      return undefined;
    }
  }

  #warnShortSettle(): void {
    const message =
      'settle is shorter than a minute: a record that is written slowly, or by a machine whose clock is behind, can be missed';
    this.#report(['settle'], 'short-settle', message, 'use at least 1m; 30m is the default', 'warning');
  }

  #report(path: Path, code: ConfigCode, message: string, help?: string, severity: Problem['severity'] = 'error'): void {
    const place = placeOf(this.#file, this.#lines, nearest(this.#tree, path).tree.range);
    this.#problems.push({ ...place, code, severity, message, ...(help === undefined ? {} : { help }) });
  }
}

function isUnresolved(tree: SourceTree): boolean {
  return [...walk(tree)].some(({ substitutions }) => substitutions.some(({ value }) => value === undefined));
}

function valuesOf(params: SourceTree | undefined): Readonly<Record<string, unknown>> {
  return params === undefined ? {} : (named.safeParse(plain(params)).data ?? {});
}

function deliveryOf({
  maxEvents,
  maxBytes,
  maxInFlight,
  maxEventsPerSecond,
  maxDeadLetterShare,
}: z.infer<typeof pipelineSchema>['delivery']): DeliveryOptions {
  return {
    ...(maxEvents === undefined ? {} : { maxEvents }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
    ...(maxInFlight === undefined ? {} : { maxInFlight }),
    ...(maxEventsPerSecond === undefined || maxEventsPerSecond === 'unlimited' ? {} : { maxEventsPerSecond }),
    maxDeadLetterShare,
  };
}
