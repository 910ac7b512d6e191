import type { Redactor } from '@sluice/core/adapter';
import type { PipelineMonitor } from '@sluice/core/service';

/** The readiness of one pipeline, as `/readyz` reports it. */
type PipelineReadiness = {
  /** Absent until the first backfill is complete. */
  readonly lagSeconds?: number;
  /** Present while it is not complete. */
  readonly firstBackfill?: 'running' | 'interrupted';
} & (
  | { readonly status: 'ok' }
  | { readonly status: 'unhealthy'; readonly cause: string; readonly message: string; readonly since: string }
);

export interface Readiness {
  /** `unhealthy` when a pipeline is. */
  readonly status: 'ok' | 'unhealthy';
  readonly pipelines: Readonly<Record<string, PipelineReadiness>>;
}

/** The readiness of every pipeline, by name. A pipeline is ok until something is known to be wrong, even before its first run. */
export function readinessOf(monitors: ReadonlyMap<string, PipelineMonitor>, redactor: Redactor): Readiness {
  const pipelines = [...monitors].map(([name, monitor]) => [name, pipelineReadiness(monitor, redactor)] as const);
  const isUnhealthy = pipelines.some(([, { status }]) => status === 'unhealthy');
  return { status: isUnhealthy ? 'unhealthy' : 'ok', pipelines: Object.fromEntries(pipelines) };
}

function pipelineReadiness(
  { trouble, lagMs, isBackfilled, isRunning, isElsewhere }: PipelineMonitor,
  redactor: Redactor,
): PipelineReadiness {
  const position = {
    ...(lagMs === undefined ? {} : { lagSeconds: Math.round(lagMs / 1000) }),
    ...(isBackfilled === false
      ? ({ firstBackfill: isRunning || isElsewhere ? 'running' : 'interrupted' } as const)
      : {}),
  };
  if (trouble === undefined) return { status: 'ok', ...position };
  const { cause, message, since } = trouble;
  return {
    status: 'unhealthy',
    cause,
    message: redactor.redact(message),
    since: new Date(since).toISOString(),
    ...position,
  };
}
