import type { Redactor } from '@sluice/core/adapter';
import { describeIssues, revealedSecrets, secretsIn, type LoadedSchemaPull } from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import type { SinkDefinition } from '@sluice/core/sink';
import type { PulledSchema, SourceDefinition } from '@sluice/core/source';
import { checkSection, withoutSecrets, type CheckSection } from '../check/check-section.js';
import type { PipelineComposer } from '../pipeline/pipeline-composer.js';

/** Where a check of an adapter looks for files, and what aborts it. */
export interface CheckAdapterContext {
  /** Where relative paths in the options start. Default: the working directory. */
  readonly baseDirectory?: string;
  readonly signal?: AbortSignal;
}

/** What can be done with an adapter before there is a pipeline. */
export class AdapterOperations {
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;
  readonly #redactor: Redactor;

  constructor(composer: PipelineComposer, context: EngineContext, redactor: Redactor) {
    this.#composer = composer;
    this.#context = context;
    this.#redactor = redactor;
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

  /** Validates the options of an adapter and lets it check its connection. Throws nothing for a finding. */
  async check(
    definition: SourceDefinition | SinkDefinition,
    options: object,
    { baseDirectory = process.cwd(), signal = new AbortController().signal }: CheckAdapterContext,
  ): Promise<CheckSection> {
    const { type, config } = definition;
    const parsed = config.safeParse(options);
    for (const secret of [...secretsIn(config, options), ...revealedSecrets(parsed.data)]) this.#redactor.add(secret);
    if (!parsed.success) {
      const message = describeIssues(parsed.error);
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
