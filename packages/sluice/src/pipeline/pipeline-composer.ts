import { dirname } from 'node:path';
import type { AdapterContext, Logger, Redactor, Runtime } from '@sluice/core/adapter';
import type { Scheduler } from '@sluice/core/scheduler';
import type { Sink, SinkContext } from '@sluice/core/sink';
import type { Source, StreamSchema } from '@sluice/core/source';
import type { StateStore } from '@sluice/core/state';
import type { PipelineConfig } from '@sluice/core/config';
import { SharedSource, type Pipeline } from '@sluice/core/engine';
import { version } from '../version.js';

/** Makes the adapters that a pipeline is configured with. Opens no connection. */
export class PipelineComposer {
  readonly #runtime: Runtime;
  readonly #redactor: Redactor;
  readonly #environment: AdapterContext['environment'];
  readonly #logger: Logger;
  /** By the configured source, which is one object for all branches of a pipeline file that was loaded. */
  readonly #sharedSources = new WeakMap<PipelineConfig['source'], SharedSource>();

  constructor(runtime: Runtime, redactor: Redactor, environment: AdapterContext['environment'], logger: Logger) {
    this.#logger = logger;
    this.#runtime = runtime;
    this.#redactor = redactor;
    this.#environment = environment;
  }

  /** All parts of a pipeline, for one operation, which closes them. */
  compose(config: PipelineConfig, logger: Logger): Pipeline {
    return this.#compose(config, logger, () => this.source(config, logger));
  }

  /** The same for a run, whose source is shared by the branches of a pipeline that run at the same time. */
  composeRun(config: PipelineConfig, logger: Logger): Pipeline {
    if (config.branch === undefined) return this.compose(config, logger);
    const { sink: name } = config.branch;
    return this.#compose(config, logger, () => this.#shared(config).branch({ name, streams: config.mapper.streams }));
  }

  #compose(config: PipelineConfig, logger: Logger, source: () => Source): Pipeline {
    const {
      name,
      branch,
      source: read,
      mapper,
      start,
      settleMs,
      revisitMs,
      maxWindowMs,
      delivery,
      deadLetters,
    } = config;
    const omitted = deadLetters.personalData === 'omit' ? fieldsToOmit(read.definition.streams, mapper) : undefined;
    const [sink, state] = [this.sink(config, logger), this.state(config, logger)];
    return {
      name,
      ...(branch && { branch }),
      // Last: whoever shares it expects this branch until it is closed.
      source: source(),
      sink,
      state,
      mapper,
      start,
      settleMs,
      revisitMs,
      maxWindowMs,
      delivery,
      ...(omitted && { leftOutOfDeadLetters: omitted }),
    };
  }

  source(config: PipelineConfig, logger: Logger): Source {
    return config.source.definition.create(config.source.config, this.contextIn(dirname(config.file), logger));
  }

  sink(config: PipelineConfig, logger: Logger): Sink {
    return config.sink.definition.create(config.sink.config, this.#sinkContext(config, logger));
  }

  /** What a person runs at the destination before the first run; undefined for a sink that needs nothing of the kind. */
  ddl(config: PipelineConfig, logger: Logger): readonly string[] | undefined {
    return config.sink.definition.ddl?.(config.sink.config, this.#sinkContext(config, logger));
  }

  #sinkContext(config: PipelineConfig, logger: Logger): SinkContext {
    return {
      ...this.contextIn(dirname(config.file), logger),
      pipeline: config.branch?.pipeline ?? config.name,
      events: config.mapper.events,
    };
  }

  state(config: PipelineConfig, logger: Logger): StateStore {
    return config.state.definition.create(config.state.config, this.contextIn(dirname(config.file), logger));
  }

  /** The scheduler that the file names; undefined: the process itself. */
  scheduler({ scheduler, file }: PipelineConfig): Scheduler | undefined {
    return scheduler?.definition.create(scheduler.config, this.contextIn(dirname(file), this.#logger));
  }

  #shared(config: PipelineConfig): SharedSource {
    const known = this.#sharedSources.get(config.source);
    if (known !== undefined) return known;
    const logger = this.#logger.child({ pipeline: config.branch?.pipeline ?? config.name });
    const shared = new SharedSource(() => this.source(config, logger), { runtime: this.#runtime, logger });
    this.#sharedSources.set(config.source, shared);
    return shared;
  }

  /** What an adapter may use; relative paths in its options start in `baseDirectory`. */
  contextIn(baseDirectory: string, logger: Logger): AdapterContext {
    return {
      logger,
      runtime: this.#runtime,
      redactor: this.#redactor,
      environment: this.#environment,
      baseDirectory,
      userAgent: `sluice/${version}`,
    };
  }
}

/** By stream, the fields that dead letters leave out: those of personal data, and those that have a pseudonym in events. */
function fieldsToOmit(
  streams: readonly StreamSchema[],
  { pseudonyms }: Pick<PipelineConfig['mapper'], 'pseudonyms'>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const personal = ({ fields }: StreamSchema) => Object.keys(fields).filter((name) => fields[name]?.personal);
  return new Map(
    streams.map((stream) => [stream.name, new Set([...personal(stream), ...(pseudonyms?.get(stream.name) ?? [])])]),
  );
}
