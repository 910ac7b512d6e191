import type { Runtime } from '../../contracts/runtime.js';
import { backoffMs } from '../retry/backoff.js';
import { Condition } from './condition.js';

/** What a request receives when it enters. */
export interface GatePass {
  readonly enteredMs: number;
}

/** A back-off that several workers share: see `SharedStateWriter`. */
export interface SharedBackOff {
  readonly backOffMs: number;
  backOff(ms: number): Promise<void>;
}

export interface SendGateOptions {
  readonly maxInFlight: number;
  readonly maxEventsPerSecond: number;
  /**
   * Where several workers share the rate: reserves the sending of events, and returns how long to wait before, in
   * milliseconds.
   */
  readonly pace?: ((events: number) => Promise<number>) | undefined;
  readonly shared?: SharedBackOff | undefined;
}

/** The others learn of a back-off with their next commit, which takes about so long: a shorter one would be over by then. */
const WORTH_SHARING_MS = 1000;

/**
 * All requests of a sink pass this gate before they are sent: one back-off, one limit on requests in flight, one rate. A
 * failure makes all of them wait and halves the limit; each success raises it by one. Of several workers, each has a gate,
 * which also stays closed while another one has shared its back-off.
 */
export class SendGate {
  readonly #runtime: Runtime;
  readonly #maxInFlight: number;
  readonly #maxEventsPerSecond: number;
  #limit: number;
  #inFlight = 0;
  #failures = 0;
  /** Requests sent before it do not count as further failures: one outage is one failure, however many requests it hits. */
  #lastFailureMs = Number.NEGATIVE_INFINITY;
  #closedUntilMs = Number.NEGATIVE_INFINITY;
  #nextSendMs = Number.NEGATIVE_INFINITY;
  readonly #freed = new Condition();
  readonly #pace: SendGateOptions['pace'];
  readonly #shared: SharedBackOff | undefined;
  /** Until when the other workers were asked to wait. */
  #sharedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(runtime: Runtime, options: SendGateOptions) {
    this.#runtime = runtime;
    this.#maxInFlight = options.maxInFlight;
    this.#maxEventsPerSecond = options.maxEventsPerSecond;
    this.#limit = options.maxInFlight;
    this.#pace = options.pace;
    this.#shared = options.shared;
  }

  /** Waits for a place, and for the workers that share the rate. Rejects with the signal's reason when it aborts. */
  async enter(events: number, signal: AbortSignal): Promise<GatePass> {
    for (;;) {
      const pass = await this.#takePlace(events, signal);
      if (this.#pace === undefined) return pass;
      try {
        const waitMs = await this.#pace(events);
        if (waitMs > 0) await this.#runtime.sleep(waitMs, signal);
        signal.throwIfAborted();
      } catch (error) {
        this.leave();
        throw error;
      }
      const nowMs = this.#runtime.monotonicMs();
      const isOpen = this.#backOffMs(nowMs) <= 0 && this.#inFlight <= this.#limit;
      if (isOpen) return { enteredMs: nowMs };
      // A request failed meanwhile: what was reserved is lost, so that nothing is sent in a burst later.
      this.leave();
    }
  }

  async #takePlace(events: number, signal: AbortSignal): Promise<GatePass> {
    for (;;) {
      signal.throwIfAborted();
      const nowMs = this.#runtime.monotonicMs();
      const waitMs = Math.max(this.#backOffMs(nowMs), this.#nextSendMs - nowMs);
      if (this.#inFlight >= this.#limit) await this.#freed.wait(signal);
      else if (waitMs > 0) await this.#runtime.sleep(waitMs, signal);
      else {
        this.#inFlight += 1;
        this.#nextSendMs = Math.max(this.#nextSendMs, nowMs) + (events / this.#maxEventsPerSecond) * 1000;
        return { enteredMs: nowMs };
      }
    }
  }

  /** Called once after every `enter`, before or after `succeeded` or `failed`. */
  leave(): void {
    this.#inFlight -= 1;
    this.#freed.notify();
  }

  succeeded(): void {
    this.#failures = 0;
    this.#limit = Math.min(this.#maxInFlight, this.#limit + 1);
    this.#freed.notify();
  }

  /** Closes the gate. Returns for how long, in milliseconds. */
  failed(pass: GatePass, retryAfterMs = 0): number {
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

  /**
   * Makes the other workers wait as long as this one, where the destination has answered `failed`: a failure on the way can
   * be that of one machine. Asks once per back-off, not for every request.
   */
  async shareBackOff(): Promise<void> {
    if (this.#shared === undefined) return;
    const nowMs = this.#runtime.monotonicMs();
    const knownUntilMs = Math.max(this.#sharedUntilMs, nowMs + this.#shared.backOffMs);
    if (this.#closedUntilMs <= knownUntilMs + WORTH_SHARING_MS) return;
    this.#sharedUntilMs = this.#closedUntilMs;
    await this.#shared.backOff(this.#closedUntilMs - nowMs);
  }

  /** How much longer nothing may be sent, because this worker or another one backs off. */
  #backOffMs(nowMs: number): number {
    return Math.max(this.#closedUntilMs - nowMs, this.#shared?.backOffMs ?? 0);
  }
}
