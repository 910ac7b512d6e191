import { ConfigError, type Logger, type Redactor } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { SourceDefinition } from '@sluice/core/source';
import type { MappingContext, Problem } from '@sluice/core/config';
import type { Adapters } from './adapters/adapters.js';
import type { CheckSection } from './check/check-section.js';
import { assertDistinctNames } from './service/assert-distinct-names.js';
import type { LoadedPipeline } from './pipeline/loaded-pipeline.js';
import type { PipelineFactory } from './pipeline/pipeline-factory.js';
import type { LoadOptions, PipelineLoader } from './pipeline/pipeline-loader.js';
import type { PipelineService, ServeOptions, ServeResult } from './service/pipeline-service.js';

export type LintOptions = Omit<LoadOptions, 'baseDirectory'>;

/** One Sluice instance, made by `createSluice`. */
export class Sluice {
  readonly #loader: PipelineLoader;
  readonly #factory: PipelineFactory;
  readonly #service: PipelineService;
  readonly #logger: Logger;

  constructor(loader: PipelineLoader, factory: PipelineFactory, service: PipelineService, logger: Logger) {
    this.#loader = loader;
    this.#factory = factory;
    this.#service = service;
    this.#logger = logger;
  }

  /** The adapters that pipelines can use. */
  get adapters(): Adapters {
    return this.#loader.adapters;
  }

  /**
   * The result of a check of mappings by themselves, which have no pipeline. The check must be pure: it is repeated until
   * the sources and sinks that the mappings name are loaded.
   */
  checkMappings<Result>(files: readonly string[], check: (context: MappingContext) => Result): Promise<Result> {
    return this.#loader.checkMappings(files, check);
  }

  /** Takes out of a text, or masks in it, every secret of the pipelines that were loaded. */
  get redactor(): Redactor {
    return this.#loader.redactor;
  }

  /** The log of this instance. It writes no secret. */
  get logger(): Logger {
    return this.#logger;
  }

  /**
   * Loads a pipeline from a file, or from an object that has the file's shape. Connects to nothing. Throws `ConfigError`
   * with every problem; in an object, a problem's `file` is the path of the option, such as `sink.with.host`.
   */
  async load(pipeline: string | object, options: LoadOptions = {}): Promise<LoadedPipeline> {
    const { pipeline: config, problems } = await this.#loader.load(pipeline, options);
    if (!config) throw new ConfigError(problems);
    return this.#factory.create(config, problems);
  }

  /** Loads several files. Throws `ConfigError` with the problems of all of them. */
  async loadAll(files: readonly string[], options: LoadOptions = {}): Promise<readonly LoadedPipeline[]> {
    const loaded = await Promise.all(files.map((file) => this.#loader.load(file, options)));
    const failed = loaded.filter(({ pipeline }) => pipeline === undefined);
    if (failed.length > 0) throw new ConfigError(loaded.flatMap(({ problems }) => problems));
    return loaded.flatMap(({ pipeline, problems }) => (pipeline ? [this.#factory.create(pipeline, problems)] : []));
  }

  /** Every problem of a pipeline file with its mapping, or of a mapping. Connects to nothing. */
  lint(file: string, options: LintOptions = {}): Promise<readonly Problem[]> {
    return this.#loader.lint(file, options);
  }

  /**
   * Lets an adapter check its connection, as `LoadedPipeline.check` does, before there is a pipeline. Throws nothing for
   * a finding.
   */
  checkAdapter(
    definition: SourceDefinition | SinkDefinition,
    options: object,
    context: { readonly baseDirectory?: string; readonly signal?: AbortSignal } = {},
  ): Promise<CheckSection> {
    return this.#factory.checkAdapter(definition, options, context);
  }

  /**
   * Runs every pipeline on its schedule, side by side, until the signal aborts or the sources have ended. A run that
   * fails is retried at the next time of its schedule. Throws `ConfigError` when two pipelines have the same name or the
   * address cannot be used.
   */
  async start(pipelines: readonly LoadedPipeline[], options: ServeOptions): Promise<ServeResult> {
    assertDistinctNames(pipelines);
    return this.#service.serve(
      pipelines.map(({ config }) => config),
      options,
    );
  }
}
