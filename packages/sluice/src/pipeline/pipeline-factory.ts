import type { Redactor } from '@sluice/core/adapter';
import type { PipelineConfig, Problem } from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import type { Adapters } from '../adapters/adapters.js';
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
}
