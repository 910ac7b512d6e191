import type { SinkLimits } from '@sluice/core/sink';
import type { SimulatedClock } from './simulated-clock.js';

export interface GateLimits extends Pick<
  SinkLimits,
  'maxEventsPerRequest' | 'maxBytesPerRequest' | 'maxRequestsInFlight'
> {
  readonly maxEventsPerSecond: number;
}

/** How a request ended for the gate: `again` if it or a part of it is sent again, `other` if it was refused as a whole. */
export type RequestEnd = 'taken' | 'again' | 'other';

/** Rounding of times that are added up; far less than one event. */
const TOLERATED_EVENTS = 0.01;

/**
 * Knows what one worker may send, and when: never more or larger requests than configured, half as many after a failure,
 * never more events than its pace allows in any span of time, and nothing before a Retry-After has passed.
 */
export class GateOracle {
  readonly #limits: GateLimits;
  readonly #clock: SimulatedClock;
  readonly #fail: (message: string) => void;
  readonly #begunMs: number;
  #allowed: number;
  #inFlight = 0;
  #lastFailureMs = Number.NEGATIVE_INFINITY;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  /** Events sent so far, and the least by which they were ahead of the pace when a request began. */
  #sent = 0;
  #leastAhead = Number.POSITIVE_INFINITY;

  constructor(limits: GateLimits, clock: SimulatedClock, fail: (message: string) => void) {
    this.#limits = limits;
    this.#clock = clock;
    this.#fail = fail;
    this.#begunMs = clock.nowMs;
    this.#allowed = limits.maxRequestsInFlight;
  }

  begins(events: number, bytes: number): void {
    const { maxEventsPerRequest, maxBytesPerRequest } = this.#limits;
    if (this.#inFlight >= this.#allowed) {
      this.#fail(`${this.#inFlight + 1} requests are in flight, where ${this.#allowed} are allowed`);
    }
    if (events > maxEventsPerRequest) this.#fail(`a request has ${events} events, more than ${maxEventsPerRequest}`);
    if (bytes > maxBytesPerRequest && events > 1) {
      this.#fail(`a request has ${bytes} bytes, more than ${maxBytesPerRequest}`);
    }
    if (this.#clock.nowMs < this.#notBeforeMs) this.#fail('a request was sent before a Retry-After had passed');
    this.#checkPace(events);
    this.#inFlight += 1;
  }

  /** `retryAfterMs`: how long the destination asked to wait. */
  ends(begunMs: number, end: RequestEnd, retryAfterMs = 0): void {
    const { nowMs } = this.#clock;
    this.#inFlight -= 1;
    this.#notBeforeMs = Math.max(this.#notBeforeMs, nowMs + retryAfterMs);
    if (end === 'taken') this.#allowed = Math.min(this.#limits.maxRequestsInFlight, this.#allowed + 1);
    // One outage is one failure, however many requests were on their way when it began.
    if (end !== 'again' || begunMs < this.#lastFailureMs) return;
    this.#allowed = Math.max(1, Math.floor(this.#allowed / 2));
    this.#lastFailureMs = nowMs;
  }

  /** Between the beginnings of any two requests, no more events may begin than the pace allows in that time. */
  #checkPace(events: number): void {
    const { maxEventsPerSecond } = this.#limits;
    if (maxEventsPerSecond === Number.POSITIVE_INFINITY) return;
    const ahead = this.#sent - (maxEventsPerSecond * (this.#clock.nowMs - this.#begunMs)) / 1000;
    if (ahead > this.#leastAhead + TOLERATED_EVENTS) {
      this.#fail(`more than ${maxEventsPerSecond} events per second were sent`);
    }
    this.#leastAhead = Math.min(this.#leastAhead, ahead);
    this.#sent += events;
  }
}
