import { RefusedError, TransientError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type MappedEvent, type Outcome, type Receipt } from '@sluice/core/sink';
import type { DataFault, SendFault } from './faults.js';
import { MINUTE } from './scenario.js';
import type { SimulatedClock } from './simulated-clock.js';

/** The identity of an event at the destination, which keeps the last version of each. */
export function identityOf({ event, uuid, user }: MappedEvent): string {
  return JSON.stringify([event, uuid, user]);
}

export interface DestinationOptions {
  readonly clock: SimulatedClock;
  readonly random: () => number;
  readonly maxBytes: number;
  readonly onIngest: (event: MappedEvent) => void;
  readonly onDataFault: (fault: DataFault) => void;
}

/** The simulated destination. It keeps its events whatever happens to the workers, and has bad times. */
export class Destination {
  readonly #options: DestinationOptions;
  #weather: { readonly kind: SendFault; readonly untilMs: number } | undefined;
  readonly #held = new Map<string, MappedEvent>();

  constructor(options: DestinationOptions) {
    this.#options = options;
  }

  /** The last version that was ingested, by identity. */
  get held(): ReadonlyMap<string, MappedEvent> {
    return this.#held;
  }

  /** Starts a bad time of some minutes. */
  turn(kind: SendFault): void {
    const { clock, random } = this.#options;
    this.#weather = { kind, untilMs: clock.nowMs + (1 + random() * 14) * MINUTE };
  }

  heal(): void {
    this.#weather = undefined;
  }

  get isSlow(): boolean {
    return this.#weatherNow() === 'slow';
  }

  /** Answers a request. It ingests exactly the events that it accepts. */
  receive(events: readonly MappedEvent[], bytes: number, fault: SendFault | undefined): Receipt {
    const weather = this.#weatherNow();
    if (weather === 'unavailable') throw new TransientError('503', { isAnswer: true });
    if (weather === 'throttled')
      throw new TransientError('429', { retryAfterMs: 5000 + this.#options.random() * MINUTE });
    const refusesSome = weather === 'refused' && this.#options.random() < 0.5;
    if (weather === 'refused' && !refusesSome) throw new RefusedError('quota', 'the quota is used up');
    this.#refuseWhole(events, bytes);
    const outcomes = events.map((event): Outcome | undefined => this.#answer(event, fault, weather));
    if (refusesSome) outcomes[0] = { kind: 'refused', refusal: 'quota', message: 'the quota is used up' };
    const asksToWait = outcomes.some((outcome) => outcome?.kind === 'retry') && this.#options.random() < 0.6;
    return asksToWait ? { outcomes, retryAfterMs: 2000 + this.#options.random() * MINUTE } : { outcomes };
  }

  #weatherNow(): SendFault | undefined {
    if (this.#weather === undefined || this.#options.clock.nowMs >= this.#weather.untilMs) return undefined;
    return this.#weather.kind;
  }

  #refuseWhole(events: readonly MappedEvent[], bytes: number): void {
    const { maxBytes, onDataFault } = this.#options;
    const isOverTheCap = bytes > maxBytes && events.length > 1;
    if (isOverTheCap || events.some(({ kind }) => kind === 'too-large')) {
      onDataFault(isOverTheCap ? 'over-the-cap' : 'too-large');
      throw new TooLargeError('413');
    }
    if (!events.some(({ kind }) => kind === 'poison')) return;
    onDataFault('poison');
    throw new InvalidRequestError('400');
  }

  #answer(event: MappedEvent, fault: SendFault | undefined, weather: SendFault | undefined): Outcome | undefined {
    const { random, onDataFault, onIngest } = this.#options;
    if (event['kind'] === 'rejected') {
      onDataFault('rejected');
      return { kind: 'rejected', reason: 'malformed', detail: 'no' };
    }
    if (weather === 'mass-rejection') return { kind: 'rejected', reason: 'misconfigured', detail: 'no, for now' };
    if (fault === 'partial' && random() < 0.5) return { kind: 'retry' };
    const isUnmentioned = fault === 'unmentioned' && random() < 0.5;
    if (isUnmentioned && random() < 0.7) return undefined;
    this.#held.set(identityOf(event), event);
    onIngest(event);
    return isUnmentioned ? undefined : { kind: 'accepted', assurance: 'event' };
  }
}
