import { relative } from 'node:path';
import type { Redactor } from '@sluice/core/adapter';
import type { FieldRequest } from '@sluice/core/source';
import {
  repeatGroups,
  repeatSentence,
  streamNames,
  type PipelineConfig,
  type Problem,
  type RepeatGroup,
} from '@sluice/core/config';
import {
  backfillPipeline,
  openSource,
  pipelineStatus,
  previewBackfill,
  previewPipeline,
  repairDestination,
  repairPipeline,
  runPipeline,
  sampleRecords,
  verifyDestination,
  verifyPipeline,
  type BackfillOptions,
  type BackfillPreview,
  type BackfillRequest,
  type DestinationRange,
  type DestinationRepairOptions,
  type DestinationRepairResult,
  type DestinationVerification,
  type EngineContext,
  type Pipeline,
  type PipelineStatus,
  type Preview,
  type RepairOptions,
  type RepairResult,
  type RunOptions,
  type RunResult,
  type SampledRecord,
  type Verification,
} from '@sluice/core/engine';
import { nextTime } from '@sluice/core/service';
import { checkPipeline } from '../check/check-pipeline.js';
import type { CheckSection } from '../check/check-section.js';
import type { Adapters } from '../adapters/adapters.js';
import { askSource, type SourceAnswer } from './ask-source.js';
import { DashboardOperations } from './dashboard-operations.js';
import { DeadLetterOperations } from './dead-letter-operations.js';
import type { PipelineComposer } from './pipeline-composer.js';
import { recordOf } from './record-of.js';
import { requireStream } from './require-stream.js';
import { StateOperations } from './state-operations.js';
import { withVariant } from './with-variant.js';

/** Monitoring needs an answer even if the source does not respond. */
const SOURCE_TIMEOUT_MS = 5000;

/** The default limit of one comparison with a destination. */
const MOST_QUERIES = 100;

interface Dependencies {
  readonly adapters: Adapters;
  readonly composer: PipelineComposer;
  readonly context: EngineContext;
  readonly redactor: Redactor;
}

interface Abortable {
  /** Aborts the operation, which then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The options of an engine operation, whose signal is optional here. */
type Optional<Options extends { readonly signal: AbortSignal }> = Omit<Options, 'signal'> & Abortable;

/** The status of a pipeline, and what its source said. */
export interface PipelineStatusReport {
  readonly status: PipelineStatus;
  /** Its clock, by which the lag is measured; or why it gave none, and this machine's clock stands in. */
  readonly source: SourceAnswer;
}

/**
 * A pipeline that was loaded without an error; of one with several sinks, a branch: one sink with its own state. Branches
 * of one file that run at the same time share what they read. Every operation makes its own source, sink and state store
 * and closes them, so that operations may run one after another or side by side; the state's lease lets one at a time
 * change it.
 *
 * `run`, `backfill`, `repair` and `repairDestination` report a failure in their result (`outcome`, `failure`); the others
 * throw it as a `SluiceError`. Every other exception is a bug.
 */
export class LoadedPipeline {
  readonly config: PipelineConfig;
  /** What lint found in the configuration: none of it is an error. */
  readonly warnings: readonly Problem[];
  /** The state: its content and history, rewinding it, and accepting changes. */
  readonly state: StateOperations;
  /** What could not be delivered. */
  readonly deadLetters: DeadLetterOperations;
  /** The dashboards for its events at the destination. */
  readonly dashboards: DashboardOperations;
  readonly #dependencies: Dependencies;

  constructor(config: PipelineConfig, warnings: readonly Problem[], dependencies: Dependencies) {
    this.config = config;
    this.warnings = warnings;
    this.#dependencies = dependencies;
    this.state = new StateOperations(config, dependencies.composer, dependencies.context);
    this.deadLetters = new DeadLetterOperations(config, dependencies.composer, dependencies.context);
    const { adapters, composer, context } = dependencies;
    this.dashboards = new DashboardOperations(config, adapters, composer, context);
  }

  /** The name of its state and in the log: that of the pipeline, of the entry of `foreach`, and of one of several sinks. */
  get name(): string {
    return this.config.name;
  }

  /** The name of its sink in a pipeline with several. */
  get sinkName(): string | undefined {
    return this.config.branch?.sink;
  }

  /** The name of its entry in a file with `foreach`. */
  get memberName(): string | undefined {
    return this.config.member;
  }

  /** The streams that the mapping reads. */
  get streams(): readonly string[] {
    return streamNames(this.config.mapper);
  }

  /** What the sink does with an event that was sent before, by groups of events that it treats alike. */
  get repeats(): readonly (RepeatGroup & { readonly sentence: string })[] {
    const { sink, mapper } = this.config;
    const groups = repeatGroups(sink.definition.repeats(sink.config), mapper.events);
    return groups.map((group) => ({ ...group, sentence: repeatSentence(sink.type, group) }));
  }

  /** The next time of the schedule. */
  get nextRun(): number {
    return this.#nextRun(this.#dependencies.context.runtime.now());
  }

  /**
   * The statements, such as SQL, that a person runs at the destination before the first run; undefined if the sink needs
   * none. Connects to nothing.
   */
  get ddl(): readonly string[] | undefined {
    return this.#dependencies.composer.ddl(this.config, this.#dependencies.context.logger);
  }

  /** Tries every connection and permission that a run needs. Sends no event and writes nothing. */
  async check({ signal = never() }: Abortable = {}): Promise<readonly CheckSection[]> {
    const pipeline = this.#compose();
    try {
      return await checkPipeline(this.config, this.warnings, pipeline, {
        signal,
        redactor: this.#dependencies.redactor,
        repeats: this.repeats,
        scheduler: this.#dependencies.composer.scheduler(this.config),
      });
    } finally {
      await Promise.all([pipeline.source.close(), pipeline.sink.close()]);
    }
  }

  /**
   * Real records as the exact requests, the newest first. Sends nothing and writes nothing. `key`: the key of one record,
   * or the address of a page that shows it; with it come the records that belong to it. `variant` names another form of
   * the sink's requests.
   */
  async preview(
    options: Abortable & {
      readonly limit: number;
      readonly stream?: string | undefined;
      readonly key?: string | undefined;
      readonly variant?: string | undefined;
    },
  ): Promise<Preview> {
    const { limit, stream, variant, signal = never() } = options;
    const { streams: keyStreams, key } = recordOf(options.key, this.config.source.definition);
    requireStream(stream, this.streams);
    const { composer, context } = this.#dependencies;
    const pipeline = {
      ...composer.compose(withVariant(this.config, variant), context.logger),
      state: this.state.reader(),
    };
    return previewPipeline(pipeline, context, { limit, signal, stream, key, keyStreams });
  }

  /** Exports everything that is due, once. */
  async run({ signal = never(), ...options }: Optional<RunOptions> = {}): Promise<RunResult> {
    return runPipeline(this.#composeRun(), this.#dependencies.context, { ...options, signal });
  }

  /** What exporting a range of history again would take. Sends nothing and writes nothing. */
  async planBackfill({ signal = never(), ...request }: BackfillRequest & Abortable): Promise<BackfillPreview> {
    for (const stream of request.streams ?? []) requireStream(stream, this.streams);
    return previewBackfill(this.#readOnly(), this.#dependencies.context, { ...request, signal });
  }

  /** Exports a range of history again. A range that was begun before and is not complete is resumed. */
  async backfill({ signal = never(), ...options }: Optional<Omit<BackfillOptions, 'nextRun'>>): Promise<RunResult> {
    for (const stream of options.streams ?? []) requireStream(stream, this.streams);
    return backfillPipeline(this.#composeRun(), this.#dependencies.context, {
      ...options,
      signal,
      nextRun: (after) => this.#nextRun(after),
    });
  }

  /** Compares what was exported with what the source contains, hour by hour. Writes nothing. */
  async verify({ signal = never() }: Abortable = {}): Promise<Verification> {
    return verifyPipeline(this.#readOnly(), this.#dependencies.context, { signal });
  }

  /** Verifies, exports the hours that differ again, and verifies again. */
  async repair({ signal = never(), ...options }: Optional<RepairOptions>): Promise<RepairResult> {
    return repairPipeline(this.#compose(), this.#dependencies.context, { ...options, signal });
  }

  /** Compares what the destination has stored with what was exported. Writes nothing. Default: at most 100 queries. */
  async verifyDestination({
    signal = never(),
    ...range
  }: Partial<DestinationRange> & Abortable = {}): Promise<DestinationVerification> {
    const asked = { maxQueries: MOST_QUERIES, ...range, signal };
    return verifyDestination(this.#readOnly(), this.#dependencies.context, asked);
  }

  /** Compares as `verifyDestination`, and sends what is missing again. */
  async repairDestination({
    signal = never(),
    ...options
  }: Optional<Omit<DestinationRepairOptions, 'maxQueries'>> &
    Partial<DestinationRange>): Promise<DestinationRepairResult> {
    const asked = { maxQueries: MOST_QUERIES, ...options, signal };
    return repairDestination(this.#compose(), this.#dependencies.context, asked);
  }

  /** Position, lag, counts and troubles. Reads only, and waits neither for a writer nor for long for the source. */
  async status({ maxLagMs }: { readonly maxLagMs?: number | undefined } = {}): Promise<PipelineStatusReport> {
    const { composer, context } = this.#dependencies;
    const reader = this.state.reader();
    const [state, holder] = await Promise.all([reader.read(), reader.holder()]);
    const source = await askSource(
      composer.source(this.config, context.logger),
      state,
      this.streams,
      SOURCE_TIMEOUT_MS,
    );
    const status = pipelineStatus(state, {
      file: relative(process.cwd(), this.config.file),
      streams: this.streams,
      settleMs: this.config.settleMs,
      revisitMs: this.config.revisitMs,
      now: context.runtime.now(),
      ...('unreachable' in source ? {} : { sourceNow: source.now, sourceEnd: source.end, rest: source.rest }),
      holder,
      nextRun: (after) => this.#nextRun(after),
      maxLagMs,
    });
    return { status, source };
  }

  /** The newest records of a stream, for a look at what a mapping would make of them. */
  async *sample({
    stream,
    signal = never(),
    ...options
  }: Abortable & {
    readonly stream: string;
    readonly fields: readonly FieldRequest[];
    readonly limit: number;
  }): AsyncGenerator<SampledRecord> {
    const { composer, context } = this.#dependencies;
    const { start } = this.config;
    const source = composer.source(this.config, context.logger);
    try {
      await openSource(source, signal, context);
      yield* sampleRecords(source, { ...options, stream, signal, ...(start.kind === 'date' && { start: start.at }) });
    } finally {
      await source.close();
    }
  }

  /** Whether the sink writes events to stdout, which then is not free for anything else. */
  get writesToStdout(): boolean {
    const { logger } = this.#dependencies.context;
    return this.#dependencies.composer.sink(this.config, logger).writesToStdout === true;
  }

  #compose(): Pipeline {
    return this.#dependencies.composer.compose(this.config, this.#dependencies.context.logger);
  }

  #composeRun(): Pipeline {
    return this.#dependencies.composer.composeRun(this.config, this.#dependencies.context.logger);
  }

  #readOnly() {
    return { ...this.#compose(), state: this.state.reader() };
  }

  #nextRun(after: number): number {
    return nextTime(this.config.schedule, after);
  }
}

function never(): AbortSignal {
  return new AbortController().signal;
}
