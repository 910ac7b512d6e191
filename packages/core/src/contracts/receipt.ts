/** Why the other side refuses everything, whatever is sent. */
export type Refusal = 'credentials' | 'quota' | 'restricted';

/**
 * The sink's word on one event.
 *
 * - `accepted`: final. `assurance` says what it rests on: `event` when the destination answered for this very event,
 *   `request` when it only answered for the request as a whole.
 * - `retry`: not accepted this time; goes again.
 * - `rejected`: final. This event can never be delivered as it is; it becomes a dead letter with this reason.
 * - `refused`: not this event's fault. The pipeline pauses, the cursor stays, nothing becomes a dead letter.
 */
export type Outcome =
  | { readonly kind: 'accepted'; readonly assurance: 'event' | 'request' }
  | { readonly kind: 'retry'; readonly reason?: string }
  | Rejection
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly message: string };

/** `reason` is stable and short (`future-timestamp`); `detail` is for people and may quote the destination. */
export interface Rejection {
  readonly kind: 'rejected';
  readonly reason: string;
  readonly detail: string;
}

/** The answer to one request. */
export interface Receipt {
  /**
   * In step with the request's events. An event without an outcome counts as `retry`, never as accepted: a destination
   * that forgets to mention an event has not said that it has it.
   */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** How long the destination asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}
