import { RefusedError, TransientError, UnexpectedAnswerError, type Logger, type Runtime } from '@sluice/core/adapter';
import { SourceDriftError } from '@sluice/core/source';
import { StateError, type StateWriter } from '@sluice/core/state';
import type { EngineContext } from '@sluice/core/engine';
import { isSendFault, type FaultKind, type SendFault, type Step } from './faults.js';
import { MINUTE } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';

const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

export interface ProcessSurroundings {
  readonly clock: SimulatedClock;
  readonly random: () => number;
  /** Takes the fault that waits for this step, if there is one. */
  readonly takeFault: (step: Step) => FaultKind | undefined;
  /** Called at every step, so that the world changes in between. */
  readonly onStep: (step: Step) => void;
  readonly onViolation: (message: string) => void;
  /** How far its clock is ahead of the state's. Default: not at all. */
  readonly clockAheadMs?: number;
}

/**
 * A worker's process. Everything that it awaits goes through here, so that it can die or freeze at every step. When it
 * dies, its memory is lost, but its requests to others may still take effect.
 */
export class SimulatedProcess {
  readonly context: EngineContext;
  /** Asks the run to finish what is in flight and to end. */
  readonly stop = new AbortController();
  /** Resolves when the process dies; never if it ends by itself. */
  readonly death: Promise<void>;
  /** Its writer of the state. */
  writer: StateWriter | undefined;

  readonly #surroundings: ProcessSurroundings;
  #die: () => void = () => undefined;
  #isDead = false;
  #frozenUntilMs = Number.NEGATIVE_INFINITY;
  #cutOffUntilMs = Number.NEGATIVE_INFINITY;
  /** Until when a peer asked to wait with a call. */
  readonly #notBeforeMs = new Map<string, number>();

  constructor(surroundings: ProcessSurroundings) {
    this.#surroundings = surroundings;
    this.death = new Promise((resolve) => {
      this.#die = resolve;
    });
    const { clock, random, clockAheadMs = 0 } = surroundings;
    const runtime: Runtime = {
      now: () => Math.floor(clock.nowMs) + clockAheadMs,
      monotonicMs: () => clock.nowMs,
      random,
      sleep: async (ms, signal) => {
        await clock.sleep(ms, signal);
        await this.#awake();
      },
    };
    this.context = { runtime, logger: SILENT };
  }

  /** How far its clock is ahead of the state's. */
  get clockAheadMs(): number {
    return this.#surroundings.clockAheadMs ?? 0;
  }

  /** Whether nothing passes between it and the state. */
  get isCutOff(): boolean {
    return this.#surroundings.clock.nowMs < this.#cutOffUntilMs;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  get isFrozen(): boolean {
    return this.#surroundings.clock.nowMs < this.#frozenUntilMs;
  }

  kill(): void {
    this.#isDead = true;
    this.#die();
  }

  /** Does one step of the worker with its fault, if there is one. `about`: what tells the call from others at the step. */
  async step<T>(step: Step, call: (fault: SendFault | undefined) => Promise<T>, about = ''): Promise<T> {
    const { clock, random, takeFault, onStep, onViolation } = this.#surroundings;
    // A dead process takes no step. A frozen one that still takes one took it just before it froze.
    if (this.#isDead) return never();
    const name = `${step} ${about}`;
    if (clock.nowMs < (this.#notBeforeMs.get(name) ?? 0)) onViolation(`${step} came before a Retry-After had passed`);
    onStep(step);
    const fault = takeFault(step);
    if (fault === 'crash-before') this.kill();
    if (fault === 'stopped') this.stop.abort(new Error('asked to stop'));
    if (fault === 'partition') this.#cutOffUntilMs = clock.nowMs + random() * 3 * MINUTE;
    // A request that froze on its way out could reach the destination at any time: no lease can prevent that.
    const isFrozenBefore = fault === 'frozen' && step !== 'send' && random() < 0.5;
    if (isFrozenBefore) this.#freeze();
    if (fault === 'crash-before' || isFrozenBefore) await this.#awake();
    const retryAfterMs = fault === 'transient' && random() < 0.6 ? 1000 + random() * MINUTE : undefined;
    if (retryAfterMs !== undefined) this.#notBeforeMs.set(name, clock.nowMs + Math.floor(retryAfterMs));
    throwFault(fault, step, retryAfterMs);
    try {
      return await call(isSendFault(fault) ? fault : undefined);
    } finally {
      if (fault === 'crash-after') this.kill();
      if (fault === 'frozen' && !isFrozenBefore) this.#freeze();
      await this.#awake();
      // oxlint-disable-next-line no-unsafe-finally -- a commit that took effect but looks failed
      if (fault === 'fails-after') throw new StateError('cannot write the state');
    }
  }

  /** A step that cannot freeze. */
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

  /** Resolves when the process is not frozen; never when it is dead. */
  async #awake(): Promise<void> {
    const { clock } = this.#surroundings;
    while (!this.#isDead && clock.nowMs < this.#frozenUntilMs) await clock.sleep(this.#frozenUntilMs - clock.nowMs);
    if (this.#isDead) await never();
  }
}

async function never(): Promise<never> {
  return new Promise<never>(() => undefined);
}

function throwFault(fault: FaultKind | undefined, step: Step, retryAfterMs: number | undefined): void {
  if (step === 'send') return;
  if (fault === 'transient') throw new TransientError('connection lost', { retryAfterMs });
  if (fault === 'refused') throw new RefusedError('credentials', 'refused for now');
  if (fault === 'drift') throw new SourceDriftError('a column is missing for now');
  if (fault === 'unexpected') throw new UnexpectedAnswerError('a page of HTML');
  if (fault === 'fails-before') throw new StateError('cannot write the state');
}
