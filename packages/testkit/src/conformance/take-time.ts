import type { Suite } from 'mocha';

/** Many tests ask an adapter dozens of times, which is slow on a busy machine. */
const ENOUGH_MS = 10_000;

/** Gives every test of a suite enough time, unless it has more or no limit. */
export function takeTime(suite: Suite): void {
  const limit = suite.timeout();
  if (limit !== 0 && limit < ENOUGH_MS) suite.timeout(ENOUGH_MS);
}
