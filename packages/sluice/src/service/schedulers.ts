import { revealedSecrets, type PipelineConfig } from '@sluice/core/config';
import type { Scheduler } from '@sluice/core/scheduler';
import type { PipelineComposer } from '../pipeline/pipeline-composer.js';

/** The schedulers of one service: pipelines that name one with the same options share it, and its connections. */
export class Schedulers {
  readonly #composer: PipelineComposer;
  readonly #ofProcess: Scheduler;
  readonly #made = new Map<string, Scheduler>();

  /** `ofProcess` is for the pipelines whose files name none. */
  constructor(composer: PipelineComposer, ofProcess: Scheduler) {
    this.#composer = composer;
    this.#ofProcess = ofProcess;
  }

  of(pipeline: PipelineConfig): Scheduler {
    const { scheduler } = pipeline;
    if (scheduler === undefined) return this.#ofProcess;
    // A secret prints itself as a mask.
    const key = JSON.stringify([scheduler.type, scheduler.config, revealedSecrets(scheduler.config)]);
    const made = this.#made.get(key) ?? this.#composer.scheduler(pipeline) ?? this.#ofProcess;
    this.#made.set(key, made);
    return made;
  }

  async close(): Promise<void> {
    for (const each of this.#made.values()) await each.close?.();
  }
}
