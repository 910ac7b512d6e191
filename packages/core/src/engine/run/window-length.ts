import { HOUR_MS } from '../../contracts/digest.js';
import type { Window } from '../../contracts/window.js';

const DAY_MS = 24 * HOUR_MS;
/** Enough to fill a hundred requests; a few seconds of work. */
export const RECORDS_PER_WINDOW = 100_000;
/** How many times as long, or as short, the next window may be. */
const FACTOR = 8;

/**
 * How long the next window of a stream is: as long as is likely to hold `RECORDS_PER_WINDOW`, by what the last one held.
 * A sparse history is exported in a few long windows, a dense one in many short ones.
 */
export class WindowLength {
  readonly #leastMs: number;
  readonly #mostMs: number;
  #ms: number;

  constructor({ firstMs, leastMs, mostMs }: { firstMs: number; leastMs: number; mostMs: number }) {
    this.#leastMs = Math.min(leastMs, mostMs);
    this.#mostMs = mostMs;
    this.#ms = Math.min(firstMs, mostMs);
  }

  get ms(): number {
    return this.#ms;
  }

  /** Called after every window. `wanted`: how many records the next one should hold. */
  held({ from, until }: Window, records: number, wanted = RECORDS_PER_WINDOW): void {
    const factor = Math.min(FACTOR, Math.max(1 / FACTOR, wanted / Math.max(1, records)));
    this.#ms = Math.round(Math.min(this.#mostMs, Math.max(this.#leastMs, (until - from) * factor)));
  }
}

/** The history before the handover: no window is shorter than an hour, however much it holds. */
export function lengthInHistory(mostMs: number): WindowLength {
  return new WindowLength({ firstMs: DAY_MS, leastMs: HOUR_MS, mostMs });
}

/** The same for one of several workers: a first window of a day could be most of the history. */
export function lengthInSharedHistory(mostMs: number): WindowLength {
  return new WindowLength({ firstMs: HOUR_MS, leastMs: HOUR_MS, mostMs });
}

/** Following: a shorter window would look back as far as a longer one, for fewer new records. */
export function lengthInFollowing(mostMs: number): WindowLength {
  return new WindowLength({ firstMs: DAY_MS, leastMs: DAY_MS, mostMs });
}

/** A range is divided into this many windows at least: short enough to run several in parallel. */
const PARTS = 24;

/** A range that is exported again on request. */
export function lengthInRange({ from, until }: { from: number; until: number }, mostMs: number): WindowLength {
  const partMs = Math.min(mostMs, Math.max(HOUR_MS, Math.ceil((until - from) / PARTS)));
  return new WindowLength({ firstMs: partMs, leastMs: HOUR_MS, mostMs: partMs });
}
