import { dirname, resolve } from 'node:path';
import { ConfigError, type Logger, type Redactor } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { PulledSchema, SourceDefinition } from '@sluice/core/source';
import type {
  LoadedPipelineFile,
  LoadedSchemaFile,
  MappingContext,
  PipelineConfig,
  Problem,
} from '@sluice/core/config';
import { didYouMean } from '@sluice/core/document';
import type { AdapterOperations, CheckAdapterContext } from './adapters/adapter-operations.js';
import type { Adapters } from './adapters/adapters.js';
import type { CheckSection } from './check/check-section.js';
import { assertDistinctNames } from './service/assert-distinct-names.js';
import type { LoadedPipeline } from './pipeline/loaded-pipeline.js';
import type { PipelineFactory } from './pipeline/pipeline-factory.js';
import type { LoadOptions, PipelineLoader } from './pipeline/pipeline-loader.js';
import type { PipelineService, ServeOptions, ServeResult } from './service/pipeline-service.js';

/** How a file is linted: as it would be loaded. */
export type LintOptions = Omit<LoadOptions, 'baseDirectory'>;

/** One Sluice instance, made by `createSluice`. */
export class Sluice {
  readonly #loader: PipelineLoader;
  readonly #factory: PipelineFactory;
  readonly #adapterOperations: AdapterOperations;
  readonly #service: PipelineService;
  readonly #logger: Logger;

  constructor(
    loader: PipelineLoader,
    factory: PipelineFactory,
    adapterOperations: AdapterOperations,
    service: PipelineService,
    logger: Logger,
  ) {
    this.#loader = loader;
    this.#factory = factory;
    this.#adapterOperations = adapterOperations;
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
   * with every problem; in an object, a problem's `file` is the path of the option, such as `sink.with.host`. Of a pipeline
   * with several sinks, `sink` says which, and of a file with `foreach`, `only`; without them, that is an error: see
   * `loadBranches`.
   */
  async load(pipeline: string | object, options: LoadOptions = {}): Promise<LoadedPipeline> {
    const [first, ...others] = await this.loadBranches(pipeline, options);
    if (first === undefined) throw new Error('a pipeline without a sink was loaded');
    if (others.length === 0) return first;
    const all = [first, ...others];
    const members = [...new Set(all.flatMap(({ memberName }) => memberName ?? []))];
    if (members.length > 1) {
      throw new ConfigError([], `the file has several pipelines (${listed(members)}): name one of them as \`only\``);
    }
    const sinks = all.map(({ sinkName }) => sinkName).join(', ');
    throw new ConfigError([], `the pipeline has several sinks (${sinks}): name one of them as \`sink\``);
  }

  /**
   * Loads a file as one branch for each entry of its `foreach` and each sink, each with its own state; a single one for a
   * pipeline with one sink. Those of one entry that run at the same time read once for all. Throws as `load` does.
   */
  async loadBranches(pipeline: string | object, options: LoadOptions = {}): Promise<readonly LoadedPipeline[]> {
    const loaded = await this.#loader.load(pipeline, options);
    if (!loaded.branches) throw new ConfigError(loaded.problems);
    return this.#branchesOf(loaded, options);
  }

  /** Loads several files, each as its branches. Throws `ConfigError` with the problems of all of them. */
  async loadAll(files: readonly string[], options: LoadOptions = {}): Promise<readonly LoadedPipeline[]> {
    const loaded = await Promise.all(files.map((file) => this.#loader.load(file, options)));
    const failed = loaded.filter(({ pipeline }) => pipeline === undefined);
    if (failed.length > 0) throw new ConfigError(loaded.flatMap(({ problems }) => problems));
    return loaded.flatMap((each) => this.#branchesOf(each, options));
  }

  #branchesOf({ branches = [], problems }: LoadedPipelineFile, { sink, only }: LoadOptions): readonly LoadedPipeline[] {
    const ofMember = only === undefined ? branches : branches.filter(({ member }) => member === only);
    if (ofMember.length === 0) throw new ConfigError([], unknownMember(only ?? '', branches));
    const wanted = sink === undefined ? ofMember : ofMember.filter(({ branch }) => branch?.sink === sink);
    if (wanted.length === 0) throw new ConfigError([], unknownSink(sink ?? '', branches));
    return wanted.map((config) => this.#factory.create(config, problems));
  }

  /** Every problem of a pipeline file with its mapping, or of a mapping. Connects to nothing. */
  lint(file: string, options: LintOptions = {}): Promise<readonly Problem[]> {
    return this.#loader.lint(file, options);
  }

  /** A schema file with the streams that it describes. Throws `ConfigError` with every problem. */
  async schemaFile(file: string): Promise<NonNullable<LoadedSchemaFile['source']>> {
    const { source, problems } = await this.#loader.schemaFile(file);
    if (!source) throw new ConfigError(problems);
    return source;
  }

  /**
   * What the schema file of a pipeline should say, by its source. Connects, and writes nothing. Throws `ConfigError` for an
   * invalid file, and what the source throws.
   */
  async pullSchema(
    pipeline: string,
    { envFile, signal }: { readonly envFile?: string | undefined; readonly signal?: AbortSignal } = {},
  ): Promise<PulledSchema & { readonly file: string }> {
    const { pull, problems } = await this.#loader.schemaPull(pipeline, { envFile });
    if (!pull) throw new ConfigError(problems);
    return { ...(await this.#adapterOperations.pullSchema(pull, dirname(resolve(pipeline)), signal)), file: pull.file };
  }

  /**
   * Lets an adapter check its connection, as `LoadedPipeline.check` does, before there is a pipeline. Throws nothing for
   * a finding.
   */
  checkAdapter(
    definition: SourceDefinition | SinkDefinition,
    options: object,
    context: CheckAdapterContext = {},
  ): Promise<CheckSection> {
    return this.#adapterOperations.check(definition, options, context);
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

function unknownMember(only: string, branches: readonly PipelineConfig[]): string {
  const names = [...new Set(branches.flatMap(({ member }) => member ?? []))];
  if (names.length === 0) return `there is no pipeline \`${only}\` to choose: the file has no \`foreach\``;
  return `unknown pipeline \`${only}\`; ${didYouMean(only, names)}`;
}

/** How many names a message lists. */
const MOST_LISTED = 10;

function listed(names: readonly string[]): string {
  return names.length > MOST_LISTED ? `${names.slice(0, MOST_LISTED).join(', ')}, …` : names.join(', ');
}

function unknownSink(sink: string, branches: readonly PipelineConfig[]): string {
  const names = branches.flatMap(({ branch }) => branch?.sink ?? []);
  if (names.length === 0) return `there is no sink \`${sink}\`: the pipeline has one sink, without a name`;
  return `unknown sink \`${sink}\`; ${didYouMean(sink, names)}`;
}
