import type { Instant } from './value.js';

/** A record that was read, and is not sent until it is final or its wait is over. */
export interface HeldRecord {
  readonly stream: string;
  readonly key: string;
  /** When the source learned of it. */
  readonly createdAt: Instant;
  /** When its wait is over, in the source's time. */
  readonly until: Instant;
  /** Whether the digest of its hour waits for it: see `HourDigest`. */
  readonly isDigested: boolean;
}

/** More are not held: what is read then is sent as it is. The state is written whole by some stores. */
export const MOST_HELD = 50_000;
