import { SluiceError } from '../../contracts/errors.js';
import type { Observation, Observer, Peer } from '../../contracts/observation.js';
import type { EngineContext } from '../pipeline.js';

/** How long a peer may fail that has not worked yet: it is more likely to be the wrong one than to be down. */
const BEFORE_IT_WORKS_MS = 60_000;
/** One or two failures are normal and not worth a word. */
const ANNOUNCED_AT = 3;

/** A run has tried for long enough. Not a `TransientError`, which would be tried again. */
export class GaveUpError extends SluiceError {}

/** Failures of a peer since it last made progress. */
interface Trouble {
  readonly sinceMs: number;
  readonly attempts: number;
  /** Whether the sink has accepted a request meanwhile. */
  readonly hasAccepted: boolean;
}

/**
 * Ends a single run whose source or sink fails for too long. The sink makes progress when a commit follows an accepted
 * request; accepting some events while others are retried again and again is not progress. A process that stays up has no
 * limit.
 */
export class FailureLimit {
  readonly #giveUpAfterMs: number;
  readonly #beforeItWorksMs: number;
  readonly #context: EngineContext;
  readonly #gaveUp = new AbortController();
  readonly #troubles = new Map<Peer, Trouble>();
  readonly #worked = new Set<Peer>();
  /** How long the last request took, before anybody knew that it had failed. */
  #lastRequestMs = 0;

  /** `giveUpAfterMs`: undefined for one without a limit. */
  constructor(giveUpAfterMs: number | undefined, context: EngineContext) {
    this.#giveUpAfterMs = giveUpAfterMs ?? Number.POSITIVE_INFINITY;
    this.#beforeItWorksMs = giveUpAfterMs === undefined ? Infinity : Math.min(giveUpAfterMs, BEFORE_IT_WORKS_MS);
    this.#context = context;
  }

  /** Aborts with the `GaveUpError` that ends the run. */
  get gaveUp(): AbortSignal {
    return this.#gaveUp.signal;
  }

  readonly observe: Observer = (observation) => {
    switch (observation.kind) {
      case 'page-read':
      case 'source-time':
        this.#works('source');
        break;
      case 'answered':
        this.#troubles.delete(observation.peer);
        break;
      case 'committed':
        if (this.#troubles.get('sink')?.hasAccepted === true) this.#troubles.delete('sink');
        break;
      case 'request-ended':
        this.#lastRequestMs = observation.durationMs;
        if (observation.outcome === 'accepted') this.#accepted();
        break;
      case 'retry':
        this.#fails(observation);
        break;
      case 'run-started':
      case 'run-ended':
      case 'followed':
      case 'window-done':
        break;
    }
  };

  #works(peer: Peer): void {
    this.#worked.add(peer);
    this.#troubles.delete(peer);
  }

  #accepted(): void {
    this.#worked.add('sink');
    const trouble = this.#troubles.get('sink');
    if (trouble) this.#troubles.set('sink', { ...trouble, hasAccepted: true });
  }

  #fails({ peer, attempt, waitMs, message, failingMs }: Extract<Observation, { kind: 'retry' }>): void {
    const { runtime, logger } = this.#context;
    const nowMs = runtime.monotonicMs();
    const known = this.#troubles.get(peer);
    const { sinceMs = nowMs - (failingMs ?? this.#lastRequestMs), attempts = 0, hasAccepted = false } = known ?? {};
    // What another stream reads meanwhile ends no call that fails, and does not make its failures fewer.
    const trouble = { sinceMs, attempts: Math.max(attempts + 1, attempt), hasAccepted };
    this.#troubles.set(peer, trouble);
    const elapsedMs = nowMs - sinceMs;
    const mostMs = this.#worked.has(peer) ? this.#giveUpAfterMs : this.#beforeItWorksMs;
    // A wait that the peer asked for is not a failure, unless it is longer than the limit.
    if (elapsedMs >= mostMs || elapsedMs + waitMs >= this.#giveUpAfterMs) {
      const next = elapsedMs >= mostMs ? '' : `; the next attempt would be in ${Math.round(waitMs / 1000)} s`;
      this.#gaveUp.abort(gaveUpOn(peer, { attempts: trouble.attempts, elapsedMs, message: message + next }));
    } else if (trouble.attempts === ANNOUNCED_AT && Number.isFinite(mostMs)) {
      const fields = { peer, givesUpInMs: Math.round(mostMs - elapsedMs), error: message };
      logger.warn(fields, 'it keeps failing; the run gives up unless that changes');
    }
  }
}

/** Why a run ended that has tried for long enough. */
export function gaveUpOn(
  peer: Peer,
  { attempts, elapsedMs, message }: { readonly attempts: number; readonly elapsedMs: number; readonly message: string },
): GaveUpError {
  return new GaveUpError(
    `gave up on the ${peer} after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${Math.round(elapsedMs / 1000)} s: ${message}; ` +
      `nothing is lost: try \`sluice check\`, then run again`,
  );
}
