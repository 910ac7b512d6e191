import { PauseError } from './pause-error.js';

const WINDOW = 1000;
const LEAST_SEEN = 100;

/**
 * Watches the share of failures among the last 1,000 final outcomes. A large share is more likely the fault of the mapping
 * or the destination than of the records, so the pipeline pauses before they become dead letters.
 */
export class DeadLetterGuard {
  readonly #maxShare: number;
  readonly #recent: boolean[] = [];
  #next = 0;
  #dead = 0;
  #latestReason = '';

  constructor(maxShare: number) {
    this.#maxShare = maxShare;
  }

  recordSuccess(): void {
    this.#add(false);
  }

  /** Throws `PauseError` when the share is too large. `reason`: why this record or event failed. */
  recordFailure(reason: string): void {
    this.#add(true);
    this.#latestReason = reason;
    this.assertPlausible();
  }

  /** Throws `PauseError` when the share is too large, whichever window has made it so. */
  assertPlausible(): void {
    const seen = this.#recent.length;
    if (seen < LEAST_SEEN || this.#dead / seen <= this.#maxShare) return;
    throw new PauseError(
      'suspicious-dead-letters',
      `${this.#dead} of the last ${seen} events cannot be delivered (latest reason: ${this.#latestReason}), more than ` +
        `delivery.maxDeadLetterShare allows; paused before more of them become dead letters. Check the mapping and the ` +
        `destination, or raise delivery.maxDeadLetterShare`,
    );
  }

  #add(dead: boolean): void {
    if (this.#recent[this.#next]) this.#dead -= 1;
    if (dead) this.#dead += 1;
    this.#recent[this.#next] = dead;
    this.#next = (this.#next + 1) % WINDOW;
  }
}
