import type { WindowPurpose } from '../../contracts/ledger.js';
import type { Source } from '../../contracts/source.js';
import type { Binding, PipelineState } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import type { Window } from '../../contracts/window.js';

/** The next window of a stream, or that its first backfill is complete, or that it has caught up. */
export type Plan =
  | { readonly kind: 'window'; readonly purpose: WindowPurpose; readonly window: Window; readonly empty: boolean }
  | { readonly kind: 'backfilled' }
  | { readonly kind: 'caught-up' };

export interface PlanningOptions {
  readonly source: Source;
  readonly revisitMs: number;
  readonly maxWindowMs: number;
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
  { source, maxWindowMs, signal }: PlanningOptions,
): Promise<Plan> {
  const planned = endOf(state, stream, 'first-backfill');
  const after = planned ?? binding.eventFrom ?? Number.NEGATIVE_INFINITY;
  const first = await source.next(stream, 'event', after, { createdBefore: binding.handover, signal });
  if (first === undefined) return { kind: 'backfilled' };
  // A gap between two windows becomes an empty window, which is not read.
  const empty = planned !== undefined && first > planned;
  const [from, until] = empty ? [planned, first] : [first, first + maxWindowMs];
  return {
    kind: 'window',
    purpose: 'first-backfill',
    empty,
    window: windowOf(stream, 'event', from, until, 0, binding),
  };
}

/** Every window is read, even if nothing was created in it: older records may have changed. */
async function planFollowing(
  stream: string,
  binding: Binding,
  state: PipelineState,
  { source, revisitMs, maxWindowMs, limit, signal }: PlanningOptions,
): Promise<Plan> {
  const from = endOf(state, stream, 'following') ?? binding.handover;
  if (from >= limit) return { kind: 'caught-up' };
  const first = (await source.next(stream, 'change', from, { signal })) ?? limit;
  const until = Math.min(limit, Math.max(first, from + maxWindowMs));
  const window = windowOf(stream, 'change', from, until, revisitMs, binding);
  return { kind: 'window', purpose: 'following', empty: false, window };
}

function windowOf(
  stream: string,
  axis: Window['axis'],
  from: Instant,
  until: Instant,
  revisitMs: number,
  { handover, eventFrom }: Binding,
): Window {
  return {
    stream,
    axis,
    from,
    until,
    revisitMs,
    createdBefore: handover,
    ...(eventFrom === undefined ? {} : { eventFrom }),
  };
}

/** Where the stream's windows of this purpose end; undefined when there are none. */
function endOf(state: PipelineState, stream: string, purpose: WindowPurpose): Instant | undefined {
  let end: Instant | undefined;
  for (const each of state.windows) {
    if (each.window.stream === stream && each.purpose === purpose)
      end = Math.max(end ?? each.window.until, each.window.until);
  }
  return end;
}
