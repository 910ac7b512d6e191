import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Redactor } from '@sluice/core/adapter';
import {
  environmentFromFile,
  loadPipelineFile,
  locatePackageFile,
  type LoadedPipelineFile,
  type MappingContext,
  type MappingLanguage,
  type Problem,
} from '@sluice/core/config';
import { decodeText, readDocument } from '@sluice/core/document';
import { lintMapping } from '@sluice/yaml-mapper';
import type { Adapters } from '../adapters/adapters.js';
import { isPipelineFile } from './is-pipeline-file.js';
import { atOptions } from './at-options.js';

export interface LoadOptions {
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

  /** Never throws for what a pipeline contains; throws `ConfigError` for an invalid environment file. */
  async load(pipeline: string | object, options: LoadOptions): Promise<LoadedPipelineFile> {
    const { readFile = fromDisk } = options;
    if (typeof pipeline === 'string') return this.#loadFile(resolve(pipeline), readFile, options);
    const file = join(resolve(options.baseDirectory ?? '.'), 'pipeline.json');
    const text = JSON.stringify(pipeline, null, 2);
    const loaded = await this.#loadFile(file, (path) => (path === file ? text : readFile(path)), options);
    return { ...loaded, problems: atOptions(loaded.problems, file, text) };
  }

  async lint(file: string, options: LoadOptions): Promise<readonly Problem[]> {
    if (isPipelineFile(file, options.readFile)) return (await this.load(file, options)).problems;
    return this.checkMappings([file], (context) => lintMapping(resolve(file), context));
  }

  checkMappings<Result>(files: readonly string[], check: (context: MappingContext) => Result): Promise<Result> {
    return this.adapters.usedByMappings(files, ({ sources, sinks }) =>
      check({
        streamsOf: (type) => sources.find(type)?.streams,
        eventSchemaOf: (type) => sinks.find(type)?.eventSchema,
        knownSources: sources.types,
        knownSinks: sinks.types,
        adapterFailure: (kind, type) => ({ source: sources, sink: sinks })[kind].failure(type),
        redactor: this.redactor,
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
    const environment =
      envFile === undefined ? this.#environment : environmentFromFile(resolve(envFile), this.#environment);
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
}
