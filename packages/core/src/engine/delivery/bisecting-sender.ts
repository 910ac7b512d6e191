import { InvalidRequestError } from '../../contracts/errors.js';
import type { Rejection } from '../../contracts/receipt.js';
import type { EncodedEvent } from '../../contracts/sink.js';
import { halvesOf } from './halves.js';
import { PauseError } from './pause-error.js';
import type { OutgoingEvents, OutgoingRequest, Sender } from './sender.js';

/** The fault is not in the events when this many are invalid alone and none of their request was accepted. */
const INVALID_ALONE = 20;

/**
 * Finds the invalid events of an invalid request: halves it until they stand alone, depth first, so that a fault which
 * is not in the events shows after a few requests.
 */
export function bisectingSender(
  next: Sender<OutgoingRequest>,
  again: Sender<OutgoingEvents>,
  hasAcceptedEarlier: () => boolean,
): Sender<OutgoingRequest> {
  let current: Bisection | undefined;
  return {
    async send(outgoing) {
      try {
        await next.send(outgoing);
      } catch (error) {
        if (!(error instanceof InvalidRequestError)) throw error;
        const outer = current;
        const bisection = (current ??= new Bisection(outgoing.settle));
        const { settle } = bisection;
        const [only, ...others] = outgoing.events;
        if (only && others.length === 0) bisection.invalidAlone(only, error);
        else for (const events of halvesOf(outgoing.events)) await again.send({ events, attempt: 1, settle });
        if (outer) return;
        current = undefined;
        bisection.end(error, hasAcceptedEarlier());
      }
    },
  };
}

/**
 * What the parts of an invalid request have shown so far. Events that are invalid alone are not rejected until the
 * destination has accepted another event: before that, the fault may lie in the request and not in them.
 */
class Bisection {
  readonly #settle: OutgoingEvents['settle'];
  readonly #invalidAlone: { readonly event: EncodedEvent; readonly rejection: Rejection }[] = [];
  #hasAccepted = false;

  constructor(settle: OutgoingEvents['settle']) {
    this.#settle = settle;
  }

  readonly settle: OutgoingEvents['settle'] = (event, outcome) => {
    if (outcome.kind === 'accepted') this.#accept();
    this.#settle(event, outcome);
  };

  /** Throws `PauseError` when too many events are invalid alone. */
  invalidAlone(event: EncodedEvent, error: Error): void {
    this.#invalidAlone.push({ event, rejection: { kind: 'rejected', reason: 'invalid-event', detail: error.message } });
    if (this.#hasAccepted) this.#accept();
    else if (this.#invalidAlone.length >= INVALID_ALONE) throw this.#requestAtFault(error);
  }

  /** Called when every part was sent. Throws `PauseError` when the destination has never accepted an event. */
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
