import type { Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import { servePipeline, Turns, type Scheduler, type TurnsOptions } from '@sluice/core/service';
import type { ListenAddress } from '../monitoring/listen-address.js';
import type { Monitoring } from '../monitoring/monitoring.js';
import type { PipelineComposer } from '../pipeline/pipeline-composer.js';
import { FewReads } from './few-reads.js';
import { Schedulers } from './schedulers.js';

/** How pipelines run on their schedules: until when, and how they are watched. */
export interface ServeOptions {
  /** Ends the service: runs finish what is in flight and save their cursor; no further run begins. */
  readonly signal: AbortSignal;
  /** Serves `/healthz`, `/readyz` and `/metrics` at this address. Absent: nowhere. */
  readonly listen?: ListenAddress | undefined;
  /** Lets pipelines run in turns. Absent: all that are due run at the same time. */
  readonly turns?: TurnsOptions | undefined;
}

/** How the service ended. */
export interface ServeResult {
  /** The pipelines that could not be served until the end, with the error; a run that ends with a bug is tried again. */
  readonly bugs: ReadonlyMap<string, unknown>;
}

/** Runs pipelines on their schedules, in turns. One does not end with another. */
export class PipelineService {
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;
  readonly #scheduler: Scheduler;
  readonly #monitoring: Monitoring;

  constructor(composer: PipelineComposer, context: EngineContext, scheduler: Scheduler, monitoring: Monitoring) {
    this.#composer = composer;
    this.#context = context;
    this.#scheduler = scheduler;
    this.#monitoring = monitoring;
  }

  async serve(
    configs: readonly PipelineConfig[],
    { signal, listen, turns: options }: ServeOptions,
  ): Promise<ServeResult> {
    const watch = await this.#monitoring.watch(configs);
    const server = listen && (await watch.listen(listen));
    if (server) this.#context.logger.info({ url: server.url }, 'serving /healthz, /readyz and /metrics');
    const bugs = new Map<string, unknown>();
    const turns = options && new Turns(options, this.#context.runtime);
    const reads = new FewReads();
    const schedulers = new Schedulers(this.#composer, this.#scheduler);
    try {
      await Promise.all(
        watch.pipelines.map(async ({ config, monitor, observe }) => {
          try {
            const compose = (logger: Logger) => this.#composer.composeRun(config, logger);
            const store = this.#composer.state(config, this.#context.logger);
            const state = reads.of(store.reader(config.name));
            const isShared = store.join !== undefined;
            const context = { ...this.#context, scheduler: schedulers.of(config) };
            await servePipeline({ config, state, isShared, compose }, context, {
              signal,
              monitor,
              observe,
              ...(turns && { turns }),
            });
          } catch (error) {
            bugs.set(config.name, error);
          }
        }),
      );
    } finally {
      await schedulers.close();
      await server?.stop();
    }
    return { bugs };
  }
}
