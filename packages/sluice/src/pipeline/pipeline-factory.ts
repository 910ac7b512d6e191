import type { Redactor } from '@sluice/core/adapter';
import type { SinkDefinition } from '@sluice/core/sink';
import type { PulledSchema, SourceDefinition } from '@sluice/core/source';
import {
  revealedSecrets,
  secretsIn,
  type LoadedSchemaPull,
  type PipelineConfig,
  type Problem,
} from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import type { Adapters } from '../adapters/adapters.js';
import { checkSection, withoutSecrets, type CheckSection } from '../check/check-section.js';
import { LoadedPipeline } from './loaded-pipeline.js';
import type { PipelineComposer } from './pipeline-composer.js';

/** Turns a configuration without errors into a pipeline that a program can operate. */
export class PipelineFactory {
  readonly #adapters: Adapters;
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;
  readonly #redactor: Redactor;

  constructor(adapters: Adapters, composer: PipelineComposer, context: EngineContext, redactor: Redactor) {
    this.#adapters = adapters;
    this.#composer = composer;
    this.#context = context;
    this.#redactor = redactor;
  }

  /** `warnings` are the problems that were found in the configuration. */
  create(config: PipelineConfig, warnings: readonly Problem[]): LoadedPipeline {
    return new LoadedPipeline(config, warnings, {
      adapters: this.#adapters,
      composer: this.#composer,
      context: this.#context,
      redactor: this.#redactor,
    });
  }

  /** Lets a source say what a schema file should say. */
  pullSchema(
    { reader, config }: NonNullable<LoadedSchemaPull['pull']>,
    baseDirectory: string,
    signal?: AbortSignal,
  ): Promise<PulledSchema> {
    const context = this.#composer.contextIn(baseDirectory, this.#context.logger);
    return reader.read(config, context, signal && { signal });
  }

  /** Validates the options of an adapter and lets it check its connection. */
  async checkAdapter(
    definition: SourceDefinition | SinkDefinition,
    options: object,
    { baseDirectory = process.cwd(), signal = new AbortController().signal }: CheckAdapterContext,
  ): Promise<CheckSection> {
    const { type, config } = definition;
    const parsed = config.safeParse(options);
    for (const secret of [...secretsIn(config, options), ...revealedSecrets(parsed.data)]) this.#redactor.add(secret);
    if (!parsed.success) {
      const message = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      const fix = 'correct the option';
      return {
        part: type,
        results: [{ name: 'options', outcome: 'bad', message: this.#redactor.redact(message), fix }],
      };
    }
    const adapter = definition.create(parsed.data, {
      ...this.#composer.contextIn(baseDirectory, this.#context.logger),
      pipeline: '',
      events: [],
    });
    try {
      return withoutSecrets(await checkSection(type, () => adapter.check({ signal }), signal), this.#redactor);
    } finally {
      await adapter.close();
    }
  }
}

interface CheckAdapterContext {
  readonly baseDirectory?: string;
  readonly signal?: AbortSignal;
}
