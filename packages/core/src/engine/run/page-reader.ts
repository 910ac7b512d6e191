import { TransientError } from '../../contracts/errors.js';
import type { RecordPage, Source } from '../../contracts/source.js';
import type { FieldRequest } from '../../contracts/stream-schema.js';
import type { Window } from '../../contracts/window.js';
import { backoffMs } from '../retry/backoff.js';
import type { EngineContext, RunContext } from '../pipeline.js';

export interface PageReaderOptions {
  readonly source: Source;
  readonly window: Window;
  readonly after: string | undefined;
  readonly fields: readonly FieldRequest[];
  readonly signal: AbortSignal;
}

/** The pages of a window. After a transient failure it waits and goes on behind the last page it got. */
export async function* readPages(
  { source, window, after, fields, signal }: PageReaderOptions,
  { runtime, logger, observe }: RunContext,
): AsyncGenerator<RecordPage, void, undefined> {
  let cursor = after;
  let failures = 0;
  let askedMs = runtime.monotonicMs();
  for (;;) {
    try {
      const request = { window, fields, ...(cursor === undefined ? {} : { after: cursor }) };
      for await (const page of source.read(request, { signal })) {
        failures = 0;
        cursor = page.cursors.at(-1) ?? cursor;
        const durationMs = runtime.monotonicMs() - askedMs;
        observe({ kind: 'page-read', stream: window.stream, records: page.rows.length, durationMs });
        yield page;
        askedMs = runtime.monotonicMs();
      }
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof TransientError)) throw error;
      failures += 1;
      const waitMs = Math.round(backoffMs(failures, runtime, error.retryAfterMs));
      logger.warn({ attempt: failures, waitMs, error: error.message }, 'the source did not answer; trying again');
      observe({ kind: 'retry', peer: 'source', attempt: failures, waitMs, message: error.message });
      await runtime.sleep(waitMs, signal);
      askedMs = runtime.monotonicMs();
    }
  }
}

/**
 * The same pages, the next one always being read while the consumer works on the one before it. `onIdle` is called when
 * the consumer has waited for `idleMs`.
 */
export async function* prefetched(
  pages: AsyncGenerator<RecordPage, void, undefined>,
  { idleMs, onIdle }: { readonly idleMs: number; readonly onIdle: () => Promise<void> },
  { runtime }: EngineContext,
): AsyncGenerator<RecordPage, void, undefined> {
  let next = pages.next();
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
      next = pages.next();
      next.catch(() => undefined); // the consumer may never come back for it
      yield result.value;
    }
  } finally {
    await pages.return().catch(() => undefined);
  }
}
