import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ConfigError, type Redactor } from '@sluice/core/adapter';
import {
  environmentFromFile,
  loadPipelineFile,
  loadSchemaFile,
  loadSchemaPull,
  locatePackageFile,
  type LoadedPipelineFile,
  type LoadedSchemaFile,
  type LoadedSchemaPull,
  type MappingContext,
  type MappingLanguage,
  type Problem,
} from '@sluice/core/config';
import { decodeText, readDocument } from '@sluice/core/document';
import type { Adapters } from '../adapters/adapters.js';
import { isPipelineFile, isSchemaFile } from './kind-of-file.js';

/** Which part of a file is loaded, and what it is read with. */
export interface LoadOptions {
  /** Only the branch of this sink, of a pipeline that has several. */
  readonly sink?: string | undefined;
  /** Only the pipeline of this entry, of a file with `foreach`. */
  readonly only?: string | undefined;
  /** A file with variables. Those of the environment win. */
  readonly envFile?: string | undefined;
  /** Where relative paths of an object start. Default: the working directory. */
  readonly baseDirectory?: string;
  /** Reads the files that a pipeline is made of. Default: from disk. */
  readonly readFile?: (path: string) => string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const fromDisk = (path: string) => decodeText(readFileSync(path));

/** Reads and checks pipelines and mappings. Connects to nothing. */
export class PipelineLoader {
  readonly adapters: Adapters;
  /** Knows the secrets of every pipeline that was loaded. */
  readonly redactor: Redactor;
  readonly #mappingLanguage: MappingLanguage;
  readonly #environment: Environment;

  constructor(adapters: Adapters, mappingLanguage: MappingLanguage, redactor: Redactor, environment: Environment) {
    this.adapters = adapters;
    this.#mappingLanguage = mappingLanguage;
    this.redactor = redactor;
    this.#environment = environment;
  }

  /**
   * Never throws for what a pipeline contains. Throws `ConfigError` for an invalid environment file, and for an object that
   * JSON cannot hold.
   */
  async load(pipeline: string | object, options: LoadOptions): Promise<LoadedPipelineFile> {
    const { readFile = fromDisk } = options;
    if (typeof pipeline === 'string') return this.#loadFile(resolve(pipeline), readFile, options);
    const file = join(resolve(options.baseDirectory ?? '.'), 'pipeline.json');
    const text = jsonOf(pipeline);
    const { atOptions } = await import('./at-options.js');
    const loaded = await this.#loadFile(file, (path) => (path === file ? text : readFile(path)), options);
    return { ...loaded, problems: atOptions(loaded.problems, file, text) };
  }

  async lint(file: string, options: LoadOptions): Promise<readonly Problem[]> {
    if (isPipelineFile(file, options.readFile)) return (await this.load(file, options)).problems;
    if (isSchemaFile(file, options.readFile)) return (await this.schemaFile(file)).problems;
    const { lintMapping } = await import('@sluice/yaml-mapper');
    return this.checkMappings([file], (context) => lintMapping(resolve(file), context));
  }

  /** A schema file by itself, with the streams that it describes. */
  schemaFile(file: string): Promise<LoadedSchemaFile> {
    return this.adapters.usedByMappings([file], ({ sources }) =>
      loadSchemaFile(resolve(file), { sources, readFile: fromDisk, redactor: this.redactor }),
    );
  }

  /** The source of a pipeline file, to complete its schema file. */
  schemaPull(file: string, { envFile }: Pick<LoadOptions, 'envFile'>): Promise<LoadedSchemaPull> {
    const environment = this.#environmentWith(envFile);
    const document = readDocument(resolve(file), fromDisk);
    return this.adapters.usedBy(file, (registries) =>
      loadSchemaPull(document, { ...registries, environment, redactor: this.redactor, readFile: fromDisk }),
    );
  }

  checkMappings<Result>(files: readonly string[], check: (context: MappingContext) => Result): Promise<Result> {
    const { redactor } = this;
    return this.adapters.usedByMappings(files, ({ sources, sinks }) =>
      check({
        streamsOf: (type) => sources.find(type)?.streams,
        schemaFile: (path, namedAt) => loadSchemaFile(path, { sources, readFile: fromDisk, redactor }, namedAt),
        eventSchemaOf: (type) => sinks.find(type)?.eventSchema,
        functionsOf: (kind, type) => ({ source: sources, sink: sinks })[kind].find(type)?.functions,
        knownSources: sources.types,
        knownSinks: sinks.types,
        adapterFailure: (kind, type) => ({ source: sources, sink: sinks })[kind].failure(type),
        redactor,
        readFile: fromDisk,
        locatePackageFile,
      }),
    );
  }

  async #loadFile(
    file: string,
    readFile: (path: string) => string,
    { envFile }: LoadOptions,
  ): Promise<LoadedPipelineFile> {
    const environment = this.#environmentWith(envFile);
    const document = readDocument(file, readFile);
    return this.adapters.usedBy(file, (registries) =>
      loadPipelineFile(document, {
        ...registries,
        environment,
        mappingLanguage: this.#mappingLanguage,
        redactor: this.redactor,
        readFile,
      }),
    );
  }

  #environmentWith(envFile: string | undefined): Environment {
    return envFile === undefined ? this.#environment : environmentFromFile(resolve(envFile), this.#environment);
  }
}

function jsonOf(pipeline: object | undefined): string {
  if (pipeline === undefined) {
    throw new ConfigError([], 'no pipeline was given → pass the path of a pipeline file, or an object like one');
  }
  try {
    return JSON.stringify(pipeline, null, 2);
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n');
    throw new ConfigError(
      [],
      `the pipeline cannot be written as JSON: ${reason} → pass an object as in a pipeline file`,
    );
  }
}
