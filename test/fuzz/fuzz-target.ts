/** One kind of input to invent and try. */
export interface FuzzTarget {
  /** What is tried, in a few words. */
  readonly doc: string;
  /** Starts what all inputs share. */
  start(): Promise<FuzzSession>;
}

interface FuzzSession {
  /** Tries the input that follows from the seed. Rejects with what is wrong; a description of the input is in the message. */
  attempt(seed: number): Promise<void>;
  /** Inputs that once were findings. They are tried first. */
  readonly kept?: readonly (() => Promise<void>)[];
  close(): Promise<void>;
}

/** Random choices that follow from a seed. */
export interface Choices {
  /** A whole number of at least 0 and below `limit`. */
  below(limit: number): number;
  of<T>(list: readonly T[]): T;
  /** True once in `times` times. */
  once(times: number): boolean;
  bytes(length: number): Buffer;
}

export function choicesFrom(seed: number): Choices {
  let state = (seed * 2_654_435_761) >>> 0;
  // Mulberry32: small, fast, and the same on every machine.
  const random = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(random() * limit);
  return {
    below,
    of: (list) => {
      const chosen = list[below(list.length)];
      if (chosen === undefined) throw new Error('nothing to choose from');
      return chosen;
    },
    once: (times) => below(times) === 0,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
