import { streamNames, type PipelineConfig } from '@sluice/core/config';
import {
  acceptChanges,
  planAcceptance,
  planRewind,
  rewindPipeline,
  stateOverview,
  type Acceptance,
  type EngineContext,
  type RewindPlan,
  type RewindRequest,
  type StateOverview,
} from '@sluice/core/engine';
import type { Attribution, HistoryEntry, LeaseHolder, StateReader } from '@sluice/core/state';
import type { PipelineComposer } from './pipeline-composer.js';
import { requireStream } from './require-stream.js';

/** What can be done with the state of one pipeline. Throws `StateError` when it cannot be read or is in use. */
export class StateOperations {
  readonly #config: PipelineConfig;
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;

  constructor(config: PipelineConfig, composer: PipelineComposer, context: EngineContext) {
    this.#config = config;
    this.#composer = composer;
    this.#context = context;
  }

  /** What the state contains: binding, position of every stream, open windows, counts. */
  overview(): Promise<StateOverview> {
    return stateOverview(this.reader());
  }

  /** What commands have done to the state, oldest first. */
  async history(): Promise<readonly HistoryEntry[]> {
    return (await this.reader().read()).history;
  }

  /** Who holds the lease at this moment. */
  holder(): Promise<LeaseHolder | undefined> {
    return this.reader().holder();
  }

  /** What a rewind would export again. Writes nothing. */
  async planRewind(request: RewindRequest): Promise<RewindPlan> {
    const known = streamNames(this.#config.mapper);
    for (const stream of request.streams ?? []) requireStream(stream, known);
    return planRewind(this.#config.name, this.reader(), request);
  }

  /** Resets the pipeline as planned. Throws `StateError` when the state has changed since. */
  async rewind(plan: RewindPlan, attribution: Omit<Attribution, 'at'>): Promise<void> {
    await rewindPipeline(this.#config.name, this.#store(), plan, { ...attribution, at: this.#context.runtime.now() });
  }

  /** How the source, start and sink of the configuration differ from those of the state. Writes nothing. */
  async planAcceptance(): Promise<Acceptance> {
    return planAcceptance(this.#composer.compose(this.#config, this.#context.logger), this.reader());
  }

  /** Keeps the state although these differ. Throws `StateError` when the state has changed since. */
  async accept(
    acceptance: Acceptance,
    attribution: Omit<Attribution, 'at'>,
    { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const pipeline = this.#composer.compose(this.#config, this.#context.logger);
    const at = this.#context.runtime.now();
    await acceptChanges(pipeline, this.#context, { acceptance, attribution: { ...attribution, at }, signal });
  }

  /** Reads the state without the lease. */
  reader(): StateReader {
    return this.#store().reader(this.#config.name);
  }

  #store() {
    return this.#composer.state(this.#config, this.#context.logger);
  }
}
