import { StateError } from '@sluice/core/state';
import { MINUTE } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';
import type { SimulatedProcess } from './simulated-process.js';

/** How long a client waits for the answer of the state. */
const TIMEOUT_MS = 45_000;

/** The longest that a transaction waits for the row while the state is slow: longer than a lease. */
const LONGEST_WAIT_MS = 14_000;

/** The way between workers and the state that they share. */
export class StateNetwork {
  readonly #clock: SimulatedClock;
  readonly #random: () => number;
  #slowUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: SimulatedClock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Makes every transaction wait for the row, for some minutes. */
  slowDown(): void {
    this.#slowUntilMs = this.#clock.nowMs + (0.5 + this.#random() * 3) * MINUTE;
  }

  heal(): void {
    this.#slowUntilMs = Number.NEGATIVE_INFINITY;
  }

  /** Brings a transaction to the state and its answer to the worker: either can be lost, or come late. */
  async transact<T>(process: SimulatedProcess, work: () => T): Promise<T> {
    await this.#travel(process);
    if (this.#clock.nowMs < this.#slowUntilMs) await this.#clock.sleep(this.#random() * LONGEST_WAIT_MS);
    try {
      return work();
    } finally {
      await this.#travel(process);
    }
  }

  async #travel(process: SimulatedProcess): Promise<void> {
    await this.#clock.sleep(1 + this.#random() * 15);
    if (!process.isCutOff) return;
    await this.#clock.sleep(TIMEOUT_MS);
    throw new StateError('no answer from the state');
  }
}
