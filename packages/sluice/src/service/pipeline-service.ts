import type { Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import { servePipeline, type Scheduler } from '@sluice/core/service';
import type { ListenAddress } from '../monitoring/listen-address.js';
import type { Monitoring } from '../monitoring/monitoring.js';
import type { PipelineComposer } from '../pipeline/pipeline-composer.js';

export interface ServeOptions {
  /** Ends the service: runs finish what is in flight and save their cursor; no further run begins. */
  readonly signal: AbortSignal;
  /** Serves `/healthz`, `/readyz` and `/metrics` at this address. Absent: nowhere. */
  readonly listen?: ListenAddress | undefined;
}

export interface ServeResult {
  /** The pipelines that could not be served until the end, with the error; a run that ends with a bug is tried again. */
  readonly bugs: ReadonlyMap<string, unknown>;
}

/** Runs pipelines on their schedules. One neither waits for another nor ends with it. */
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

  async serve(configs: readonly PipelineConfig[], { signal, listen }: ServeOptions): Promise<ServeResult> {
    const watch = await this.#monitoring.watch(configs);
    const server = listen && (await watch.listen(listen));
    if (server) this.#context.logger.info({ url: server.url }, 'serving /healthz, /readyz and /metrics');
    const bugs = new Map<string, unknown>();
    try {
      await Promise.all(
        watch.pipelines.map(async ({ config, monitor, observe }) => {
          try {
            const compose = (logger: Logger) => this.#composer.composeRun(config, logger);
            const state = this.#composer.state(config, this.#context.logger).reader(config.name);
            const context = { ...this.#context, scheduler: this.#scheduler };
            await servePipeline({ config, state, compose }, context, { signal, monitor, observe });
          } catch (error) {
            bugs.set(config.name, error);
          }
        }),
      );
    } finally {
      await server?.stop();
    }
    return { bugs };
  }
}
