import { SluiceError, type Instant } from '@sluice/core/adapter';
import { estimateRest } from '@sluice/core/engine';
import type { Source, SourceEnd } from '@sluice/core/source';
import type { PipelineState } from '@sluice/core/state';

/** A source's clock, or why it gave none. */
export type SourceAnswer =
  | {
      readonly now: Instant;
      readonly end?: SourceEnd | undefined;
      /** By stream, about how many records its first backfill has not read yet. */
      readonly rest: ReadonlyMap<string, number>;
    }
  | { readonly unreachable: string };

/** Asks a source for its clock, and for what the first backfill has not read yet; and closes it. It has `timeoutMs` to answer. */
export async function askSource(
  source: Source,
  state: PipelineState,
  streams: readonly string[],
  timeoutMs: number,
): Promise<SourceAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await source.open({ signal });
    const [now, end] = [await source.now({ signal }), await source.ended?.({ signal })];
    const rest = new Map<string, number>();
    for (const stream of streams.filter((each) => !state.backfilled.includes(each))) {
      const records = await estimateRest(source, state, stream, signal);
      if (records !== undefined) rest.set(stream, records);
    }
    return { now, end, rest };
  } catch (error) {
    if (signal.aborted) return { unreachable: `no answer within ${timeoutMs / 1000} s` };
    if (error instanceof SluiceError) return { unreachable: error.message };
    throw error;
  } finally {
    await source.close();
  }
}
