import { StateError } from '../../contracts/errors.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import { StaleBatchError } from '../delivery/batch-delivery.js';
import { prefetched, readPages } from './page-reader.js';
import { PauseError } from '../delivery/pause-error.js';
import type { RunSession } from './run-session.js';
import { WindowDelivery } from '../delivery/window-delivery.js';

const COMMIT_EVERY_MS = 1000;
const BATCH_MAX_AGE_MS = 1000;

/**
 * Reads, delivers and commits one window, from its cursor to its end. Throws what stops the pipeline. `share` is how much
 * of the stream's way lies before the window, between 0 and 1.
 */
export async function executeWindow(
  session: RunSession,
  mapper: StreamMapper,
  planned: LedgerWindow,
  share: number,
): Promise<void> {
  const { runtime, observe } = session.context;
  const { stream } = mapper;
  const logger = session.context.logger.child({ window: planned.id, stream });
  const inWindow: RunSession = { ...session, context: { ...session.context, logger } };
  const begunMs = runtime.monotonicMs();
  let window = planned;
  while (!(await tryWindow(inWindow, mapper, window, share))) {
    logger.warn({}, 'a batch could not be delivered for minutes; reading it again');
    window = session.ledger.state.windows.find(({ id }) => id === planned.id) ?? window;
  }
  const durationMs = runtime.monotonicMs() - begunMs;
  logger.debug({ purpose: planned.purpose, durationMs: Math.round(durationMs) }, 'the window is done');
  observe({ kind: 'window-done', stream, purpose: planned.purpose, durationMs });
}

/** Whether the window is done; false when its records must be read again from the cursor. */
async function tryWindow(
  session: RunSession,
  mapper: StreamMapper,
  window: LedgerWindow,
  share: number,
): Promise<boolean> {
  const { context, ledger, pipeline, signal } = session;
  const { runtime } = context;
  const delivery = new WindowDelivery(session, mapper, window);
  const pages = readPages(
    { source: pipeline.source, window: window.window, after: window.cursor, fields: mapper.fields, signal },
    context,
  );
  let committedMs = runtime.monotonicMs();
  let recordsRead = 0;
  const tell = () => {
    const { purpose, window: of } = window;
    const { eventsFinal } = delivery;
    session.onProgress({ stream: mapper.stream, purpose, window: of, recordsRead, eventsFinal, share });
  };
  try {
    for await (const page of prefetched(pages, { idleMs: BATCH_MAX_AGE_MS, onIdle: () => delivery.flush() }, context)) {
      await delivery.add(page);
      recordsRead += page.rows.length;
      if (runtime.monotonicMs() - committedMs >= COMMIT_EVERY_MS) {
        await ledger.advance(window, delivery.takeFinished(), { at: runtime.now() });
        committedMs = runtime.monotonicMs();
      }
      tell();
      signal.throwIfAborted();
    }
    await delivery.drain();
    tell();
  } catch (error) {
    await delivery.halt(error);
    // A suspicious share of dead letters must not become dead letters, and a lost lease must not write.
    const mayCommit = !(error instanceof StateError || error instanceof PauseError);
    if (mayCommit) await ledger.advance(window, delivery.takeFinished(), { at: runtime.now() });
    if (error instanceof StaleBatchError) return false;
    throw error;
  }
  await ledger.advance(window, delivery.takeFinished(), { at: runtime.now(), isEnd: true });
  return true;
}
