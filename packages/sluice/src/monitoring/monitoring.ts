import type { Redactor, Runtime } from '@sluice/core/adapter';
import { streamNames, type PipelineConfig } from '@sluice/core/config';
import { PipelineMonitor, type Observer } from '@sluice/core/service';
import { version } from '../version.js';
import type { ListenAddress } from './listen-address.js';
import { MonitoringServer } from './monitoring-server.js';
import { readinessOf } from './readiness.js';

interface WatchedPipeline {
  readonly config: PipelineConfig;
  readonly monitor: PipelineMonitor;
  readonly observe: Observer;
}

/** The health and the metrics of the pipelines of one service. */
export interface Watch {
  readonly pipelines: readonly WatchedPipeline[];
  /** Serves them over HTTP. Throws `ConfigError` when the address cannot be used. */
  listen(address: ListenAddress): Promise<MonitoringServer>;
}

/** Tells how pipelines are that run on their schedules. */
export class Monitoring {
  readonly #runtime: Runtime;
  readonly #redactor: Redactor;

  constructor(runtime: Runtime, redactor: Redactor) {
    this.#runtime = runtime;
    this.#redactor = redactor;
  }

  async watch(configs: readonly PipelineConfig[]): Promise<Watch> {
    // Loaded here: most commands measure nothing.
    const { Metrics } = await import('@sluice/metrics');
    const metrics = new Metrics({ version, node: process.versions.node });
    const pipelines = configs.map((config): WatchedPipeline => {
      const { name, mapper } = config;
      const monitor = new PipelineMonitor(config, this.#runtime);
      const observe = metrics.add({ name, streams: streamNames(mapper), monitor });
      return { config, monitor, observe };
    });
    const monitors = new Map(pipelines.map(({ config, monitor }) => [config.name, monitor]));
    return {
      pipelines,
      listen: (address) =>
        MonitoringServer.start(address, {
          readiness: () => readinessOf(monitors, this.#redactor),
          metrics: () => metrics.text(),
          metricsType: metrics.contentType,
        }),
    };
  }
}
