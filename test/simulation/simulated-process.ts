import {
  RefusedError,
  SourceDriftError,
  StateError,
  TransientError,
  UnexpectedAnswerError,
  type EngineContext,
  type Logger,
  type Runtime,
  type StateWriter,
} from '@sluice/core';
import { isSendFault, type FaultKind, type SendFault, type Step } from './faults.js';
import { MINUTE } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

export interface ProcessSurroundings {
  readonly clock: SimulatedClock;
  readonly random: () => number;
  /** The fault that waits for this step, if any; it is used up. */
  readonly takeFault: (step: Step) => FaultKind | undefined;
  /** Told at every step: the world moves on meanwhile. */
  readonly onStep: (step: Step) => void;
}

/**
 * A worker's process: everything that it waits for comes through here, so that it can die or freeze at every step. What
 * it kept in memory is gone when it dies; what it had asked of others may still happen.
 */
export class SimulatedProcess {
  readonly context: EngineContext;
  /** Asks the run to finish what is in flight and to end. */
  readonly stop = new AbortController();
  /** Resolves when the process dies; never, when it ends by itself. */
  readonly death: Promise<void>;
  /** What it holds of the state. */
  writer: StateWriter | undefined;

  readonly #surroundings: ProcessSurroundings;
  #die: () => void = () => undefined;
  #isDead = false;
  #frozenUntilMs = Number.NEGATIVE_INFINITY;

  constructor(surroundings: ProcessSurroundings) {
    this.#surroundings = surroundings;
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
    const { clock, random } = surroundings;
    const runtime: Runtime = {
      now: () => Math.floor(clock.nowMs),
      monotonicMs: () => clock.nowMs,
      random,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.#awake();
      },
    };
    this.context = { runtime, logger: SILENT };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  /** One step of the worker, with what happens to it there. */
  async step<T>(step: Step, call: (fault: SendFault | undefined) => Promise<T>): Promise<T> {
    const { random, takeFault, onStep } = this.#surroundings;
    // A dead process takes no step. A frozen one that still does took it in the moment before it froze.
    if (this.#isDead) return never();
    onStep(step);
    const fault = takeFault(step);
    if (fault === 'crash-before') this.kill();
    if (fault === 'stopped') this.stop.abort(new Error('asked to stop'));
    // A request that is frozen on its way out would reach the destination whenever it likes: no lease can prevent it.
    const isFrozenBefore = fault === 'frozen' && step !== 'send' && random() < 0.5;
    if (isFrozenBefore) this.#freeze();
    if (fault === 'crash-before' || isFrozenBefore) await this.#awake();
    throwFault(fault, step);
    try {
      return await call(isSendFault(fault) ? fault : undefined);
    } finally {
      if (fault === 'crash-after') this.kill();
      if (fault === 'frozen' && !isFrozenBefore) this.#freeze();
      await this.#awake();
      // oxlint-disable-next-line no-unsafe-finally -- a commit that took effect and looks failed
      if (fault === 'fails-after') throw new StateError('the state could not be written');
    }
  }

  /** A step that nothing can hold up. */
  stepSync(step: Step): void {
    if (this.#isDead) return;
    this.#surroundings.onStep(step);
    const fault = this.#surroundings.takeFault(step);
    if (fault === 'crash-before') this.kill();
    if (fault === 'stopped') this.stop.abort(new Error('asked to stop'));
  }

  #freeze(): void {
    const { clock, random } = this.#surroundings;
    this.#frozenUntilMs = clock.nowMs + (1 + random() * 8) * MINUTE;
  }

  /** Resolves when the process is not frozen, and never when it is dead. */
  async #awake(): Promise<void> {
    const { clock } = this.#surroundings;
    while (!this.#isDead && clock.nowMs < this.#frozenUntilMs) await clock.sleep(this.#frozenUntilMs - clock.nowMs);
    if (this.#isDead) await never();
  }
}

async function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

function throwFault(fault: FaultKind | undefined, step: Step): void {
  if (step === 'send') return;
  if (fault === 'transient') throw new TransientError('connection lost');
  if (fault === 'refused') throw new RefusedError('credentials', 'refused for now');
  if (fault === 'drift') throw new SourceDriftError('a column is missing for now');
  if (fault === 'unexpected') throw new UnexpectedAnswerError('a page of HTML');
  if (fault === 'fails-before') throw new StateError('the state could not be written');
}
