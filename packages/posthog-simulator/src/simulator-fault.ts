import { textAnswer, type SimulatorAnswer } from './simulator-answer.js';

/** What a request for events gets instead of PostHog's answer. */
export type SimulatorFault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      /** Seconds, or an HTTP date. */
      readonly retryAfter?: string;
    }
  /** An HTML page with this status. */
  | { readonly kind: 'html'; readonly status: number }
  | { readonly kind: 'redirect'; readonly location: string }
  /** No answer until the simulator stops. */
  | { readonly kind: 'hang' }
  /** The connection breaks before or after the events were accepted. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after' }
  /** PostHog's answer, later. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  | PartialFault;

/** PostHog's answer except for every n-th event. Only on v1: v0 answers for the request as a whole. */
export interface PartialFault {
  readonly kind: 'partial';
  readonly every: number;
  /**
   * `retry`: not stored. `throttled`: not stored, as if the project had sent too many bytes of AI events. `warning`: stored.
   * `none`: stored, and the answer does not mention it.
   */
  readonly word: 'retry' | 'throttled' | 'warning' | 'none';
}

/** The answer that replaces PostHog's, for a fault that has one. */
export function faultAnswer(fault: SimulatorFault | undefined): SimulatorAnswer | undefined {
  if (fault?.kind === 'html') {
    const body = '<!doctype html><html><head><title>Sign in</title></head><body>Sign in</body></html>';
    return { status: fault.status, headers: { 'content-type': 'text/html' }, body };
  }
  if (fault?.kind === 'redirect') return textAnswer(302, '', { location: fault.location });
  if (fault?.kind !== 'status') return undefined;
  const headers: Readonly<Record<string, string>> =
    fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
  return textAnswer(fault.status, fault.body ?? 'transient error, please retry', headers);
}
