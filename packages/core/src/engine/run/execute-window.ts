import { StateError } from '../../contracts/errors.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import { recordCount, type RecordPage } from '../../contracts/source.js';
import { StaleBatchError } from '../delivery/checking-sender.js';
import { PauseError } from '../delivery/pause-error.js';
import { WindowDelivery } from '../delivery/window-delivery.js';
import { prefetched } from './prefetched.js';
import type { Run } from './run.js';

const COMMIT_EVERY_MS = 1000;
const BATCH_MAX_AGE_MS = 1000;

interface WindowOptions {
  /** Called with how many records there were when all of them are read; their last requests are still on their way. */
  readonly onRead?: (records: number) => void;
}

/**
 * Reads, delivers and commits one window, from its cursor to its end. Returns how many records it has read. Throws what
 * stops the pipeline.
 */
export async function executeWindow(
  run: Run,
  mapper: StreamMapper,
  planned: LedgerWindow,
  { onRead = () => undefined }: WindowOptions = {},
): Promise<number> {
  const { runtime, observe } = run.context;
  const { stream } = mapper;
  const logger = run.context.logger.child({ window: planned.id, stream });
  const inWindow: Run = { ...run, context: { ...run.context, logger } };
  const begunMs = runtime.monotonicMs();
  let window = planned;
  let records = 0;
  const onPage = (read: number) => {
    records += read;
  };
  while (!(await tryWindow(inWindow, mapper, window, { onPage, onRead: () => onRead(records) }))) {
    logger.warn({}, 'a batch could not be delivered for minutes; reading its records again');
    window = run.ledger.state.windows.find(({ id }) => id === planned.id) ?? window;
  }
  const durationMs = runtime.monotonicMs() - begunMs;
  logger.debug({ purpose: planned.purpose, durationMs: Math.round(durationMs) }, 'the window is done');
  observe({ kind: 'window-done', stream, purpose: planned.purpose, durationMs });
  return records;
}

/** Another worker may have sent a newer version of what was created in the window. */
function assertPart({ window }: LedgerWindow, { part }: RecordPage): void {
  if (!window.olderOnly || part !== 'created') return;
  throw new Error(
    `the source gave records of part \`created\` for a window of ${window.stream} with \`olderOnly\` → leave that part out`,
  );
}

/** Returns whether the window is done; if not, its records must be read again from the cursor. */
async function tryWindow(
  run: Run,
  mapper: StreamMapper,
  window: LedgerWindow,
  { onPage, onRead }: { readonly onPage: (records: number) => void; readonly onRead: () => void },
): Promise<boolean> {
  const { context, ledger, pipeline, progress, signal } = run;
  const { runtime } = context;
  const delivery = new WindowDelivery(run, mapper, window);
  const after = window.cursor === undefined ? {} : { after: window.cursor };
  // The next page is read ahead, and a source that is away is asked for it again and again.
  const untilStopped = AbortSignal.any([signal, delivery.stopped]);
  const request = { window: window.window, fields: mapper.fields, ...after };
  const pages = pipeline.source.read(request, { signal: untilStopped });
  let committedMs = runtime.monotonicMs();
  let eventsReported = 0;
  const reportProgress = (records: number) => {
    const { eventsFinal } = delivery;
    progress.add(mapper.stream, { records, events: eventsFinal - eventsReported });
    eventsReported = eventsFinal;
  };
  try {
    for await (const page of prefetched(pages, { idleMs: BATCH_MAX_AGE_MS, onIdle: () => delivery.flush() }, context)) {
      assertPart(window, page);
      await delivery.add(page);
      const records = recordCount(page);
      onPage(records);
      if (runtime.monotonicMs() - committedMs >= COMMIT_EVERY_MS) {
        await ledger.advance(window, delivery.takeFinished(), { at: runtime.now() });
        committedMs = runtime.monotonicMs();
      }
      reportProgress(records);
      signal.throwIfAborted();
    }
    onRead();
    await delivery.drain();
    reportProgress(0);
  } catch (error) {
    await delivery.halt(error);
    // After a pause for too many dead letters, or without the lease, nothing may be written.
    const mayCommit = !(error instanceof StateError || error instanceof PauseError);
    if (mayCommit) await ledger.advance(window, delivery.takeFinished(), { at: runtime.now() });
    if (error instanceof StaleBatchError) return false;
    throw error;
  }
  await ledger.advance(window, delivery.takeFinished(), { at: runtime.now(), isEnd: true });
  return true;
}
