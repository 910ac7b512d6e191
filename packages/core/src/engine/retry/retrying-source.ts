import { TransientError } from '../../contracts/errors.js';
import {
  recordCount,
  type CallOptions,
  type ReadRequest,
  type RecordPage,
  type Source,
} from '../../contracts/source.js';
import { Retry, type RetryContext } from './retry.js';

/**
 * Wraps a source so that its calls are retried after transient failures. A read continues after its last page. The observer
 * is called for every page as well. `identity`, `check` and `close` are not retried.
 *
 * `attempts`: how often to call before the first answer; default: 3. After it, there is no limit.
 */
export function retryingSource(source: Source, context: RetryContext, attempts?: number): Source {
  const retry = new Retry('source', context, attempts);
  const ended = source.ended?.bind(source);
  const estimate = source.estimate?.bind(source);
  const get = source.get?.bind(source);
  const digest = source.digest?.bind(source);
  const rests: Rests = new Map();
  return {
    identity: () => source.identity(),
    check: (call) => source.check(call),
    close: () => source.close(),
    open: (call) => retry.call(() => source.open(call), call?.signal),
    now: (call) => retry.call(() => source.now(call), call?.signal),
    next: (stream, axis, from, call) => retry.call(() => source.next(stream, axis, from, call), call?.signal),
    read: (request, call) => readOn(source, request, call, retry, context, rests),
    ...(ended && { ended: (call) => retry.call(() => ended(call), call?.signal) }),
    ...(estimate && {
      estimate: (window, call) => retry.call(() => estimate(window, call), call?.signal),
    }),
    ...(digest && { digest: (request, call) => retry.call(() => digest(request, call), call?.signal) }),
    ...(get && {
      // Without cursors to go on from, all pages are collected before the first is given.
      get: async function* (request, call) {
        yield* await retry.call(() => collect(get(request, call)), call?.signal);
      },
    }),
  };
}

async function collect(pages: AsyncIterable<RecordPage>): Promise<readonly RecordPage[]> {
  const collected: RecordPage[] = [];
  for await (const page of pages) collected.push(page);
  return collected;
}

/** Until when a source asked to wait with a window, which may be read again from its cursor meanwhile. */
type Rests = Map<string, number>;

/** The pages of a window. Failures are counted from the last page on. */
async function* readOn(
  source: Source,
  { after, ...request }: ReadRequest,
  call: CallOptions | undefined,
  retry: Retry,
  { runtime, observe }: RetryContext,
  rests: Rests,
): AsyncGenerator<RecordPage, void, undefined> {
  const { stream } = request.window;
  let last: RecordPage | undefined;
  let failures = 0;
  const name = JSON.stringify(request.window);
  const restMs = (rests.get(name) ?? 0) - runtime.monotonicMs();
  if (restMs > 0) await runtime.sleep(restMs, call?.signal);
  rests.delete(name);
  let askedMs = runtime.monotonicMs();
  let begunMs = askedMs;
  for (;;) {
    const cursor = last?.cursors.at(-1) ?? after;
    try {
      for await (const page of source.read({ ...request, ...(cursor === undefined ? {} : { after: cursor }) }, call)) {
        failures = 0;
        last = page;
        const durationMs = runtime.monotonicMs() - askedMs;
        observe?.({ kind: 'page-read', stream, records: recordCount(page), durationMs });
        yield page;
        askedMs = runtime.monotonicMs();
        begunMs = askedMs;
      }
      rests.delete(name);
      return;
    } catch (error) {
      failures += 1;
      if (error instanceof TransientError && error.retryAfterMs !== undefined) {
        rests.set(name, runtime.monotonicMs() + error.retryAfterMs);
      }
      await retry.wait(error, failures, { signal: call?.signal, begunMs, about: { stream } });
      askedMs = runtime.monotonicMs();
    }
  }
}
