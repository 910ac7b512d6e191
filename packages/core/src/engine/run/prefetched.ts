import type { RecordPage } from '../../contracts/source.js';
import type { EngineContext } from '../pipeline.js';

/**
 * Reads the next page while the consumer works on the one before it. `onIdle` is called when the consumer has waited for
 * `idleMs`.
 */
export async function* prefetched(
  pages: AsyncIterable<RecordPage>,
  { idleMs, onIdle }: { readonly idleMs: number; readonly onIdle: () => Promise<void> },
  { runtime }: EngineContext,
): AsyncGenerator<RecordPage, void, undefined> {
  const iterator = pages[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const idle = new AbortController();
      const waited = runtime.sleep(idleMs, idle.signal).then(
        () => 'idle' as const,
        () => 'cancelled' as const,
      );
      const first = await Promise.race([next, waited]);
      idle.abort();
      if (first === 'idle') await onIdle();
      const result = await next;
      if (result.done) return;
      next = iterator.next();
      next.catch(() => undefined); // the consumer may never come back for it
      yield result.value;
    }
  } finally {
    await iterator.return?.().catch(() => undefined);
  }
}
