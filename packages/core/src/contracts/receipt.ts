/** Why the peer refuses everything. */
export type Refusal = 'credentials' | 'quota' | 'restricted';

/**
 * The sink's answer for one event.
 *
 * - `accepted`: final. `assurance` is `event` if the destination answered for this event, `request` if it answered only
 *   for the request as a whole.
 * - `retry`: not accepted this time; sent again.
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
   * In the order of the request's events. An event without an outcome counts as `retry`: a destination that does not
   * mention an event has not confirmed it.
   */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** How long the destination asks to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}
