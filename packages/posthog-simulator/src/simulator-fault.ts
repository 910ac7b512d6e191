import { htmlAnswer, textAnswer, type SimulatorAnswer } from './simulator-answer.js';

/** What happens to a request for events instead of PostHog's answer. */
export type SimulatorFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      /** Seconds, or an HTTP date. */
      readonly retryAfter?: string;
    }
  /** A page of HTML with this status. */
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** No answer until the simulator stops. */
  | { readonly kind: 'hang' }
  /** The connection breaks before or after the events were accepted. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** PostHog's answer, later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  | PartialFault;

/** PostHog's answer, but for every n-th event of the request. On v1 alone: v0 answers for the request as a whole. */
export interface PartialFault {
  readonly kind: 'partial';
  readonly every: number;
  /** `retry`: not stored. `warning`: stored. `none`: stored, and the answer does not mention it. */
  readonly word: 'retry' | 'warning' | 'none';
}

/** Faults that wait for the requests they happen to. */
export class FaultQueue {
  readonly #faults: SimulatorFault[] = [];

  add(fault: SimulatorFault, times: number): void {
    for (let index = 0; index < times; index += 1) this.#faults.push(fault);
  }

  next(): SimulatorFault | undefined {
    return this.#faults.shift();
  }

  clear(): void {
    this.#faults.length = 0;
  }
}

/** The answer that a fault puts in the place of PostHog's, if it does. */
export function faultAnswer(fault: SimulatorFault | undefined): SimulatorAnswer | undefined {
  if (fault?.kind === 'html') return htmlAnswer(fault.status);
  if (fault?.kind === 'redirect') return textAnswer(302, '', { location: fault.location });
  if (fault?.kind !== 'status') return undefined;
  const headers: Readonly<Record<string, string>> =
    fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  return textAnswer(fault.status, fault.body ?? 'transient error, please retry', headers);
}
