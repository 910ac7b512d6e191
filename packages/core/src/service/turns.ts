import type { Runtime } from '../contracts/runtime.js';
import type { Turn, TurnGiver } from '../contracts/scheduler.js';

interface Held {
  readonly begunMs: number;
  /** Aborts when the time is up. */
  readonly over: AbortController;
  /** Aborts with the last run. */
  readonly ended: AbortController;
  runs: number;
  isTimed: boolean;
}

/** How the pipelines of a process take turns. */
export interface TurnsOptions {
  /** How many pipelines run at the same time. */
  readonly atOnce: number;
  /** How long a pipeline may run while others wait, in milliseconds. */
  readonly turnMs: number;
}

/**
 * Lets a number of pipelines run at the same time. The others wait in the order in which they asked, and nobody waits for
 * longer than the turns before it. The branches of one pipeline share a turn, because they share what they read.
 */
export class Turns implements TurnGiver {
  readonly #options: TurnsOptions;
  readonly #runtime: Pick<Runtime, 'monotonicMs' | 'sleep'>;
  readonly #held = new Map<string, Held>();
  readonly #waiting: { readonly pipeline: string; readonly granted: (turn: Turn) => void }[] = [];

  constructor(options: TurnsOptions, runtime: Pick<Runtime, 'monotonicMs' | 'sleep'>) {
    this.#options = options;
    this.#runtime = runtime;
  }

  hasRoom(pipeline: string): boolean {
    return this.#waiting.length === 0 && !this.#held.has(pipeline) && this.#held.size < this.#options.atOnce;
  }

  async take(pipeline: string, signal: AbortSignal): Promise<Turn | undefined> {
    if (signal.aborted) return undefined;
    return new Promise((resolve) => {
      const waiting = {
        pipeline,
        granted: (turn: Turn) => {
          signal.removeEventListener('abort', leave);
          resolve(turn);
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        resolve(undefined);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiting);
      this.#grant();
      this.#askBack();
    });
  }

  #grant(): void {
    for (const waiting of this.#waiting.filter(({ pipeline }) => this.#mayBegin(pipeline))) {
      const { pipeline } = waiting;
      if (!this.#mayBegin(pipeline)) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.granted(this.#turnOf(pipeline, this.#held.get(pipeline) ?? this.#begin(pipeline)));
    }
  }

  #mayBegin(pipeline: string): boolean {
    const held = this.#held.get(pipeline);
    return held === undefined ? this.#held.size < this.#options.atOnce : !held.over.signal.aborted;
  }

  #begin(pipeline: string): Held {
    const held = {
      begunMs: this.#runtime.monotonicMs(),
      over: new AbortController(),
      ended: new AbortController(),
      runs: 0,
      isTimed: false,
    };
    this.#held.set(pipeline, held);
    return held;
  }

  #turnOf(pipeline: string, held: Held): Turn {
    held.runs += 1;
    let hasEnded = false;
    return {
      over: held.over.signal,
      end: () => {
        if (hasEnded) return;
        hasEnded = true;
        held.runs -= 1;
        if (held.runs > 0) return;
        this.#held.delete(pipeline);
        held.ended.abort();
        this.#grant();
        this.#askBack();
      },
    };
  }

  /** While somebody waits, ends each turn when its time is up. */
  #askBack(): void {
    if (this.#waiting.length === 0) return;
    for (const held of this.#held.values()) {
      if (held.isTimed) continue;
      held.isTimed = true;
      void this.#endInTime(held);
    }
  }

  async #endInTime(held: Held): Promise<void> {
    const leftMs = held.begunMs + this.#options.turnMs - this.#runtime.monotonicMs();
    try {
      await this.#runtime.sleep(Math.max(0, leftMs), held.ended.signal);
    } catch {
      return;
    }
    held.isTimed = false;
    if (this.#waiting.length > 0) held.over.abort(new Error('the turn is over'));
  }
}
