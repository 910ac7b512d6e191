import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Instant } from '../../contracts/value.js';
import { bindingOf } from '../../state/assert-allowed.js';
import { expectRest } from './expect-rest.js';
import { lookLater } from './look-later.js';
import { isForOneMore, nextWork, type PlannedWork } from './next-work.js';
import { overlapWindows, type OverlappingWindows } from './overlap-windows.js';
import { RecordsPerWindow } from './records-per-window.js';
import type { Run } from './run.js';
import { mayHold } from './send-held.js';
import { sideBySide } from './side-by-side.js';
import { slicesOf } from './slices.js';
import { takeOver, takeOverFromTheDead } from './take-over.js';
import { unlessMoved } from './unless-moved.js';
import { lengthInFollowing, lengthInSharedHistory, type WindowLength } from './window-length.js';

/** What a worker does next in a stream. */
type Step = { readonly window: LedgerWindow } | 'wait' | 'again' | 'done';

interface SharingOptions {
  /** Up to when the stream is exported. */
  readonly limit: Instant;
  /** Whether it only helps: it ends when one more worker is of no use. Default: it waits for the windows of others. */
  readonly joins?: boolean;
}

/**
 * Exports a stream up to `limit` together with other workers: takes over windows without a living worker, plans those that
 * are due, and waits for those of the others, so that it can take them over. Ends when the stream has caught up and none
 * of its windows is open.
 */
export async function shareStream(run: Run, mapper: StreamMapper, options: SharingOptions): Promise<void> {
  const end = new AbortController();
  await sideBySide(run, [
    async (own) => {
      await overlapWindows(own, mapper, (overlapping, windows) => workOn(overlapping, windows, mapper, options));
      end.abort();
    },
    (second) => takeOverFromTheDead(second, mapper, end.signal),
  ]);
}

async function workOn(
  run: Run,
  windows: OverlappingWindows,
  mapper: StreamMapper,
  { limit, joins = false }: SharingOptions,
): Promise<void> {
  const { pipeline, context, ledger, line, signal } = run;
  const { stream } = mapper;
  const history = lengthInSharedHistory(pipeline.maxWindowMs);
  const following = lengthInFollowing(pipeline.maxWindowMs);
  const inHistory = new RecordsPerWindow(run, stream);
  for (;;) {
    signal.throwIfAborted();
    // Between two windows alone is it certain which records are held.
    if (mayHold(ledger.state, mapper)) await windows.settle();
    const length = ledger.state.backfilled.includes(stream) ? following : history;
    const step = await unlessMoved(ledger, () => nextStep(run, mapper, { limit, length, inHistory, joins }));
    // What it was told may change with the end of its own window.
    if ((step === 'done' || step === 'wait') && (await windows.settle())) continue;
    if (step === 'done') return;
    if (step === 'wait') {
      await lookLater(context, signal);
      await ledger.refresh();
    } else if (step !== 'again') {
      const { window } = step;
      line.held.reload(stream, ledger.state.held);
      if (window.purpose === 'held') await ledger.dropHeld(window);
      else {
        const records = await windows.begin(window);
        const wanted = window.purpose === 'first-backfill' ? await inHistory.next() : undefined;
        // One that another worker has begun, or of older records only, says little about how much such a window holds.
        const isWhole = window.cursor === undefined && !window.window.olderOnly;
        if (isWhole) length.held(window.window, records, wanted);
      }
    }
  }
}

async function nextStep(
  run: Run,
  mapper: StreamMapper,
  {
    limit,
    length,
    inHistory,
    joins,
  }: Required<SharingOptions> & { readonly length: WindowLength; readonly inHistory: RecordsPerWindow },
): Promise<Step> {
  const { ledger } = run;
  const { stream } = mapper;
  const binding = bindingOf(ledger.state);
  const work = await nextWork(run, stream, { limit, windowMs: length.ms });
  if (joins && !isForOneMore(work)) return 'done';
  if (work.kind === 'claim') return { window: await takeOver(run, work.window) };
  if (work.kind === 'window') {
    await expectRest(run, stream);
    const isHistory = work.purpose === 'first-backfill';
    const window = isHistory ? await inHistory.lengthen(work.window, length) : work.window;
    return { window: await planShared(run, { ...work, window }) };
  }
  if (work.kind !== 'backfilled') return work.kind;
  await ledger.backfilled(stream, binding);
  return 'again';
}

/** Plans the window, if it is large as slices, and returns the first. */
async function planShared(
  { pipeline, context, ledger, signal }: Run,
  { purpose, window }: PlannedWork,
): Promise<LedgerWindow> {
  const windows = purpose === 'following' ? await slicesOf(window, pipeline.source, signal) : [window];
  const [first = window, ...slices] = windows;
  if (slices.length > 0) {
    const { stream, from, until } = window;
    context.logger.info({ stream, from, until, slices: slices.length }, 'dividing a large window among the workers');
  }
  return ledger.plan(purpose, first, context.runtime.now(), { slices });
}
