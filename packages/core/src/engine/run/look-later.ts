import type { EngineContext } from '../pipeline.js';

/** How long a worker waits for others before it looks again, at most. */
const LOOK_AGAIN_MS = 1000;

/** Waits for a moment that differs from worker to worker. */
export function lookLater({ runtime }: Pick<EngineContext, 'runtime'>, signal: AbortSignal): Promise<void> {
  return runtime.sleep(LOOK_AGAIN_MS * (0.5 + runtime.random() / 2), signal);
}
