import type { Logger } from '@sluice/core/adapter';
import type { PipelineConfig } from '@sluice/core/config';
import { PipelineMonitor, servePipeline, type Observer } from '@sluice/core/service';
import { Metrics } from '@sluice/metrics';
import type { CommandContext } from '../command-context.js';
import { composePipeline, composeState } from '../compose-pipeline.js';
import { version } from '../version.js';
import type { ListenAddress } from './listen-address.js';
import { MonitoringServer } from './monitoring-server.js';
import { readinessOf } from './readiness.js';

export interface ServeOptions {
  /** Absent: nobody can ask. */
  readonly address: ListenAddress | undefined;
  readonly signal: AbortSignal;
}

/**
 * Serves every pipeline on its schedule until the signal aborts, side by side: one neither waits for another nor ends
 * with it. Returns whether each was served to the end; false when a bug ended one.
 */
export async function servePipelines(
  configs: readonly PipelineConfig[],
  logger: Logger,
  context: CommandContext,
  { address, signal }: ServeOptions,
): Promise<boolean> {
  const { runtime, scheduler } = context.services;
  const metrics = new Metrics({ version, node: process.versions.node });
  const monitors = new Map<string, PipelineMonitor>();
  const served: { readonly config: PipelineConfig; readonly monitor: PipelineMonitor; readonly observe: Observer }[] =
    [];
  for (const config of configs) {
    const monitor = new PipelineMonitor(config, runtime);
    const streams = config.mapper.streams.map(({ stream }) => stream);
    monitors.set(config.name, monitor);
    served.push({ config, monitor, observe: metrics.add({ name: config.name, streams, monitor }) });
  }
  const server =
    address &&
    (await MonitoringServer.start(address, {
      readiness: () => readinessOf(monitors),
      metrics: () => metrics.text(),
      metricsType: metrics.contentType,
    }));
  if (server) logger.info({ url: server.url }, 'serving /healthz, /readyz and /metrics');
  try {
    const ends = await Promise.allSettled(
      served.map(({ config, ...options }) => {
        const compose = (ofRun: Logger) => composePipeline(config, ofRun, context);
        const state = composeState(config, logger, context).reader(config.name);
        return servePipeline({ config, state, compose }, { runtime, logger, scheduler }, { signal, ...options });
      }),
    );
    return ends.every(({ status }) => status === 'fulfilled');
  } finally {
    await server?.stop();
  }
}
