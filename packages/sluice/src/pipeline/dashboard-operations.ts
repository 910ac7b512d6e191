import { dirname } from 'node:path';
import { ConfigError } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import type { EngineContext } from '@sluice/core/engine';
import { dashboardsFor, type DashboardDescription, type DashboardKeeping, type DashboardPlan } from '@sluice/core/sink';
import type { Adapters } from '../adapters/adapters.js';
import type { PipelineComposer } from './pipeline-composer.js';

/** Dashboards at the destination of one pipeline, for the events that its mapping makes. */
export class DashboardOperations {
  readonly #config: PipelineConfig;
  readonly #adapters: Adapters;
  readonly #composer: PipelineComposer;
  readonly #context: EngineContext;

  constructor(config: PipelineConfig, adapters: Adapters, composer: PipelineComposer, context: EngineContext) {
    this.#config = config;
    this.#adapters = adapters;
    this.#composer = composer;
    this.#context = context;
  }

  /** What the destination calls a chart. Throws `ConfigError` for a sink without dashboards. */
  get chartWord(): string {
    return this.#keeping.chartWord;
  }

  /** Those of the presets for the sink. Connects to nothing. Throws `ConfigError` if there are none. */
  async described(): Promise<readonly DashboardDescription[]> {
    const { source, sink, mapper, file } = this.#config;
    const { chartWord } = this.#keeping;
    const { presets } = await this.#adapters.named({ source: source.type, sink: sink.type }, dirname(file));
    const all = [...this.#adapters.presets, ...presets].filter((preset) => preset.sink === sink.type);
    const events = mapper.events.map(({ event }) => event);
    const described = dashboardsFor(
      all.flatMap(({ dashboards = [] }) => dashboards),
      new Set(events),
    );
    if (described.length > 0) return described;
    throw new ConfigError(
      [],
      `no dashboard ships for the events of the mapping (${events.join(', ')}): make each ${chartWord} by hand`,
    );
  }

  /**
   * Reads what is at the destination and passes on what would change; `apply` of the plan changes it. Throws a
   * `SluiceError`.
   */
  async plan<Result>(
    { overwrite = false, signal }: { readonly overwrite?: boolean; readonly signal?: AbortSignal },
    use: (plan: DashboardPlan) => Promise<Result>,
  ): Promise<Result> {
    const described = await this.described();
    const context = this.#composer.contextIn(dirname(this.#config.file), this.#context.logger);
    const keeper = this.#keeping.create(this.#config.sink.config, context);
    try {
      return await use(await keeper.plan(described, { overwrite, ...(signal && { signal }) }));
    } finally {
      await keeper.close();
    }
  }

  get #keeping(): DashboardKeeping {
    const { type, definition } = this.#config.sink;
    if (definition.dashboards !== undefined) return definition.dashboards;
    throw new ConfigError([], `the sink ${type} has no dashboards`);
  }
}
