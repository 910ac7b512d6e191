import type { PipelineConfig } from '@sluice/core/config';
import {
  discardDeadLetters,
  replayDeadLetters,
  type EngineContext,
  type ReplayOptions,
  type ReplayResult,
} from '@sluice/core/engine';
import type { Attribution, DeadLetter } from '@sluice/core/state';
import type { PipelineComposer } from './pipeline-composer.js';

/** What can be done with the dead letters of one pipeline. */
export class DeadLetterOperations {
  readonly #config: PipelineConfig;
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;

  constructor(config: PipelineConfig, composer: PipelineComposer, context: EngineContext) {
    this.#config = config;
    this.#composer = composer;
    this.#context = context;
  }

  /** The open ones, oldest first. */
  list(): AsyncIterable<DeadLetter> {
    return this.#store().reader(this.#config.name).deadLetters();
  }

  /** Delivers those that are `wanted` with the record and the mapping of today. */
  replay(options: Omit<ReplayOptions, 'signal'> & { readonly signal?: AbortSignal }): Promise<ReplayResult> {
    const { signal = new AbortController().signal } = options;
    const pipeline = this.#composer.compose(this.#config, this.#context.logger);
    return replayDeadLetters(pipeline, this.#context, { ...options, signal });
  }

  /** Closes them undelivered. Returns how many were open. */
  async discard(ids: readonly string[], attribution: Omit<Attribution, 'at'>): Promise<number> {
    if (ids.length === 0) return 0;
    const at = this.#context.runtime.now();
    return discardDeadLetters(this.#store(), this.#config.name, ids, { ...attribution, at });
  }

  #store() {
    return this.#composer.state(this.#config, this.#context.logger);
  }
}
