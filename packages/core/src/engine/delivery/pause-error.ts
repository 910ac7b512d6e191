import { RefusedError, SluiceError, SourceDriftError } from '../../contracts/errors.js';
import type { Pause } from '../../contracts/pipeline-state.js';

/** The engine itself found a reason to pause: to continue is more likely wrong than right. */
export class PauseError extends SluiceError {
  constructor(
    readonly pauseCause: Pause['cause'],
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Another worker has paused the pipeline. What has a final outcome is still committed. */
export class PausedElsewhereError extends SluiceError {
  constructor(readonly pause: Pause) {
    super(pause.message);
  }
}

/** Why an error pauses the pipeline, or undefined when it does not. */
export function pauseCauseOf(error: unknown): Pause['cause'] | undefined {
  if (error instanceof PauseError) return error.pauseCause;
  if (error instanceof PausedElsewhereError) return error.pause.cause;
  if (error instanceof RefusedError) return error.refusal;
  if (error instanceof SourceDriftError) return 'drift';
  return undefined;
}
