import type { Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import type { FinalOutcome, Settle } from './final-outcome.js';
import { PauseError } from './pause-error.js';

/** The fault is not in the events when this many are invalid alone and none of their request was accepted. */
const INVALID_ALONE = 20;

/**
 * What the parts of an invalid request have shown so far. Events that are invalid alone are not rejected until the
 * destination has accepted another event: before that, the fault may lie in the request and not in them.
 */
export class Bisection {
  readonly #settle: Settle;
  readonly #invalidAlone: { readonly event: EncodedEvent; readonly rejection: Rejection }[] = [];
  #hasAccepted = false;

  constructor(settle: Settle) {
    this.#settle = settle;
  }

  readonly settle = (event: EncodedEvent, outcome: FinalOutcome): void => {
    if (outcome.kind === 'accepted') this.#accept();
    this.#settle(event, outcome);
  };

  /** Throws `PauseError` when too many events are invalid alone. */
  invalidAlone(event: EncodedEvent, error: Error): void {
    const rejection: Rejection = { kind: 'rejected', reason: 'invalid-event', detail: error.message };
    if (this.#hasAccepted) {
      this.#settle(event, rejection);
      return;
    }
    this.#invalidAlone.push({ event, rejection });
    if (this.#invalidAlone.length >= INVALID_ALONE) throw this.#requestAtFault(error);
  }

  /**
   * Called when every part was sent. Rejects the invalid events if the destination has accepted any event, now or
   * earlier; otherwise throws `PauseError`.
   */
  end(error: Error, hasAcceptedEarlier: boolean): void {
    if (this.#hasAccepted) return;
    if (!hasAcceptedEarlier) throw this.#requestAtFault(error);
    this.#accept();
  }

  #accept(): void {
    this.#hasAccepted = true;
    for (const { event, rejection } of this.#invalidAlone.splice(0)) this.#settle(event, rejection);
  }

  #requestAtFault(error: Error): PauseError {
    return new PauseError(
      'refused-request',
      `the sink refused ${this.#invalidAlone.length} events one by one and accepted none: ${error.message}. The fault is ` +
        `probably not in the events: check the sink's host, key and protocol, and what the mapping sends`,
      { cause: error },
    );
  }
}
