import type { LedgerWindow } from '../../contracts/ledger.js';
import type { Instant } from '../../contracts/value.js';
import { bindingOf } from '../../state/assert-allowed.js';
import { isClaimable, openOf } from '../../state/assert-sharable.js';
import { planNext, type Plan } from './plan-window.js';
import type { Run } from './run.js';

/**
 * What one more worker would do in a stream: take over a window that nobody has, plan the next one, wait for the windows
 * of others, or nothing.
 */
export type NextWork =
  | { readonly kind: 'claim'; readonly window: LedgerWindow }
  | { readonly kind: 'wait' | 'done' | 'backfilled' }
  | PlannedWork;

export type PlannedWork = Extract<Plan, { readonly kind: 'window' }>;

/** `limit`: up to when the stream is followed. `windowMs`: how long the next window is. */
interface WorkOptions {
  readonly limit: Instant;
  readonly windowMs: number;
}

/** By the state as it is known. Changes nothing. */
export async function nextWork(run: Run, stream: string, options: WorkOptions): Promise<NextWork> {
  const { pipeline, ledger, signal } = run;
  const { source, revisitMs } = pipeline;
  const { state } = ledger;
  // Not the binding from the start of the run: until a sink is bound, another worker can change it.
  const binding = bindingOf(state);
  const open = openOf(state, stream);
  const free = open.find((window) => isClaimable(state, window, ledger.isAlive));
  if (free !== undefined) return { kind: 'claim', window: free };
  if (open.some(({ purpose }) => purpose !== 'first-backfill')) return { kind: 'wait' };
  const plan = await planNext(stream, binding, state, { source, revisitMs, signal, ...options });
  if (plan.kind === 'window') return plan;
  if (open.length > 0) return { kind: 'wait' };
  return { kind: plan.kind === 'caught-up' ? 'done' : 'backfilled' };
}

/**
 * Whether one more worker is of use. What follows is planned by the run that others join, which leaves slices of a large
 * window to them.
 */
export function isForOneMore(work: NextWork): boolean {
  return work.kind === 'claim' || (work.kind === 'window' && work.purpose === 'first-backfill');
}
