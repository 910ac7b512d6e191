import { SluiceError, type Instant, type Source, type SourceEnd } from '@sluice/core/adapter';
import { redactKnownSecrets } from '@sluice/core/service';

/** What a source says of itself, or why it does not. */
export type SourceAnswer =
  { readonly now: Instant; readonly end?: SourceEnd | undefined } | { readonly silent: string };

/** Asks a source for its clock and closes it. It has `timeoutMs` for the answer. */
export async function askSource(source: Source, timeoutMs: number): Promise<SourceAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    await source.open({ signal });
    return { now: await source.now({ signal }), end: await source.ended?.({ signal }) };
  } catch (error) {
    if (signal.aborted) return { silent: `no answer within ${timeoutMs / 1000} s` };
    if (error instanceof SluiceError) return { silent: redactKnownSecrets(error.message) };
    throw error;
  } finally {
    await source.close();
  }
}
