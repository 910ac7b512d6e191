import type { WindowPurpose } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { Binding, PipelineState } from '../../contracts/pipeline-state.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';
import { latestEnd } from './window-ends.js';
import { planEventWindow } from './plan-event-window.js';

/** The next window of a stream, or that its first backfill is complete, or that it has caught up. */
export type Plan =
  | { readonly kind: 'window'; readonly purpose: WindowPurpose; readonly window: Window }
  | { readonly kind: 'backfilled' }
  | { readonly kind: 'caught-up' };

export interface PlanningOptions {
  readonly source: Source;
  readonly revisitMs: number;
  /** How long the window is. */
  readonly windowMs: number;
  /** Where following ends: the source's clock at the start of the run, less `settle`. */
  readonly limit: Instant;
  readonly signal: AbortSignal;
}

/** Plans the next window of a stream, after those in the ledger. Windows of a stream never overlap. */
export async function planNext(
  stream: string,
  binding: Binding,
  state: PipelineState,
  options: PlanningOptions,
): Promise<Plan> {
  return state.backfilled.includes(stream)
    ? planFollowing(stream, binding, state, options)
    : planFirstBackfill(stream, binding, state, options);
}

async function planFirstBackfill(
  stream: string,
  binding: Binding,
  state: PipelineState,
  options: PlanningOptions,
): Promise<Plan> {
  const history = {
    from: binding.eventFrom ?? Number.NEGATIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
    createdBefore: binding.handover,
  };
  const window = await planEventWindow(stream, history, endOf(state, stream, 'first-backfill'), options);
  if (window === undefined) return { kind: 'backfilled' };
  return { kind: 'window', purpose: 'first-backfill', window: { ...window, ...exportedIn(binding) } };
}

/** Every window is read, even if nothing was created in it: older records may have changed. */
async function planFollowing(
  stream: string,
  binding: Binding,
  state: PipelineState,
  { source, revisitMs, windowMs, limit, signal }: PlanningOptions,
): Promise<Plan> {
  const from = endOf(state, stream, 'following') ?? binding.handover;
  if (from >= limit) return { kind: 'caught-up' };
  const first = (await source.next(stream, 'change', from, { signal })) ?? limit;
  const until = Math.min(limit, Math.max(first, from + windowMs));
  const window = { stream, axis: 'change', from, until, revisitMs, ...exportedIn(binding) } as const;
  return { kind: 'window', purpose: 'following', window };
}

/** The records that a pipeline exports, as every window of it says. */
export function exportedIn({ handover, eventFrom }: Binding): Pick<Window, 'createdBefore' | 'eventFrom'> {
  return { createdBefore: handover, ...(eventFrom === undefined ? {} : { eventFrom }) };
}

/** Where the stream's windows of this purpose end; undefined when there are none. */
function endOf({ windows }: PipelineState, stream: string, purpose: WindowPurpose): Instant | undefined {
  return latestEnd(windows.filter((each) => each.window.stream === stream && each.purpose === purpose));
}
