import { backoffMs } from '../retry/backoff.js';
import type { Runtime } from '../../contracts/runtime.js';

/**
 * What all requests of one sink pass through before they are sent: one backoff, one bound on requests in flight, one
 * rate. A failure makes everybody wait and halves the bound; successes restore it one by one.
 */
export class SendGate {
  readonly #runtime: Runtime;
  readonly #maxInFlight: number;
  readonly #maxEventsPerSecond: number;
  #limit: number;
  #inFlight = 0;
  #failures = 0;
  /** Sends that began before it do not count as further failures: one outage is one failure, however many it hits. */
  #lastFailureMs = Number.NEGATIVE_INFINITY;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #nextSendMs = Number.NEGATIVE_INFINITY;
  #waiting: (() => void)[] = [];

  constructor(runtime: Runtime, options: { readonly maxInFlight: number; readonly maxEventsPerSecond: number }) {
    this.#runtime = runtime;
    this.#maxInFlight = options.maxInFlight;
    this.#maxEventsPerSecond = options.maxEventsPerSecond;
    this.#limit = options.maxInFlight;
  }

  /** Waits for a place and returns the pass to leave with. Rejects with the signal's reason when it aborts. */
  async enter(events: number, signal: AbortSignal): Promise<{ readonly enteredMs: number }> {
    for (;;) {
      signal.throwIfAborted();
      const nowMs = this.#runtime.monotonicMs();
      const waitMs = Math.max(this.#closedUntilMs, this.#nextSendMs) - nowMs;
      if (this.#inFlight >= this.#limit) await this.#placeFree(signal);
      else if (waitMs > 0) await this.#runtime.sleep(waitMs, signal);
      else {
        this.#inFlight += 1;
        this.#nextSendMs = Math.max(this.#nextSendMs, nowMs) + (events / this.#maxEventsPerSecond) * 1000;
        return { enteredMs: nowMs };
      }
    }
  }

  /** Gives the place back. Called once after every `enter`, before or after the outcome is told. */
  leave(): void {
    this.#inFlight -= 1;
    this.#wakeAll();
  }

  succeeded(): void {
    this.#failures = 0;
    this.#limit = Math.min(this.#maxInFlight, this.#limit + 1);
    this.#wakeAll();
  }

  /** Returns how long the gate stays closed, in milliseconds. */
  failed(pass: { readonly enteredMs: number }, retryAfterMs = 0): number {
    const nowMs = this.#runtime.monotonicMs();
    if (pass.enteredMs >= this.#lastFailureMs) {
      this.#failures += 1;
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
      this.#lastFailureMs = nowMs;
      this.#closedUntilMs = Math.max(
        this.#closedUntilMs,
        nowMs + backoffMs(this.#failures, this.#runtime, retryAfterMs),
      );
    } else {
      this.#closedUntilMs = Math.max(this.#closedUntilMs, nowMs + retryAfterMs);
    }
    return Math.max(0, this.#closedUntilMs - nowMs);
  }

  /** Resolves when a place may have become free, or when the signal aborts. */
  #placeFree(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.push(wake);
    });
  }

  #wakeAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
