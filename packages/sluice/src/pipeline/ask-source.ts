import { SluiceError, type Instant } from '@sluice/core/adapter';
import type { Source, SourceEnd } from '@sluice/core/source';

/** A source's clock, or why it gave none. */
export type SourceAnswer =
  { readonly now: Instant; readonly end?: SourceEnd | undefined } | { readonly unreachable: string };

/** Asks a source for its clock and closes it. It has `timeoutMs` to answer. */
export async function askSource(source: Source, timeoutMs: number): Promise<SourceAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await source.open({ signal });
    return { now: await source.now({ signal }), end: await source.ended?.({ signal }) };
  } catch (error) {
    if (signal.aborted) return { unreachable: `no answer within ${timeoutMs / 1000} s` };
    if (error instanceof SluiceError) return { unreachable: error.message };
    throw error;
  } finally {
    await source.close();
  }
}
