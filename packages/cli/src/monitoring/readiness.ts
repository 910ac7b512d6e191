import { redactKnownSecrets, type PipelineMonitor } from '@sluice/core/service';

/** A pipeline as `/readyz` tells of it. */
type PipelineReadiness = { readonly lagSeconds?: number } & (
  | { readonly status: 'ok' }
  | { readonly status: 'ill'; readonly cause: string; readonly message: string; readonly since: string }
);

export interface Readiness {
  /** `ill` when a pipeline is. */
  readonly status: 'ok' | 'ill';
  readonly pipelines: Readonly<Record<string, PipelineReadiness>>;
}

/** How the pipelines are, by name. What is not known to be ill is ok, also before its first run. */
export function readinessOf(monitors: ReadonlyMap<string, PipelineMonitor>): Readiness {
  const pipelines = [...monitors].map(([name, monitor]) => [name, pipelineReadiness(monitor)] as const);
  const isIll = pipelines.some(([, { status }]) => status === 'ill');
  return { status: isIll ? 'ill' : 'ok', pipelines: Object.fromEntries(pipelines) };
}

function pipelineReadiness({ trouble, lagMs }: PipelineMonitor): PipelineReadiness {
  const lag = lagMs === undefined ? {} : { lagSeconds: Math.round(lagMs / 1000) };
  if (trouble === undefined) return { status: 'ok', ...lag };
  const { cause, message, since } = trouble;
  return { status: 'ill', cause, message: redactKnownSecrets(message), since: new Date(since).toISOString(), ...lag };
}
