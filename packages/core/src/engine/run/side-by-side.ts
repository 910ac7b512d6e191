import type { Run } from './run.js';

/**
 * Does several works of a run at the same time. An error in one stops all: the others finish what is in flight, and the
 * first error is thrown.
 */
export async function sideBySide(run: Run, works: readonly ((run: Run) => Promise<void>)[]): Promise<void> {
  const stop = new AbortController();
  const shared: Run = { ...run, signal: AbortSignal.any([run.signal, stop.signal]) };
  let failure: { readonly error: unknown } | undefined;
  const begun = works.map(async (work) => {
    try {
      await work(shared);
    } catch (error) {
      failure ??= { error };
      stop.abort(error);
    }
  });
  await Promise.all(begun);
  if (failure) throw failure.error;
}
