import { StateMovedError } from '../../contracts/errors.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { executeWindow } from './execute-window.js';
import { expectRest } from './expect-rest.js';
import { isForOneMore, nextWork } from './next-work.js';
import type { Run } from './run.js';
import { lengthInFollowing, lengthInHistory, type WindowLength } from './window-length.js';

/** How long a worker waits for the windows of others before it looks again, at most. */
const LOOK_AGAIN_MS = 1000;

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
export async function shareStream(
  run: Run,
  mapper: StreamMapper,
  binding: Binding,
  { limit, joins = false }: SharingOptions,
): Promise<void> {
  const { pipeline, context, ledger, line, signal } = run;
  const { stream } = mapper;
  const { runtime } = context;
  const history = lengthInHistory(pipeline.maxWindowMs);
  const following = lengthInFollowing(pipeline.maxWindowMs);
  for (;;) {
    signal.throwIfAborted();
    const length = ledger.state.backfilled.includes(stream) ? following : history;
    const step = await unlessMoved(run, () => nextStep(run, mapper, binding, { limit, length, joins }));
    if (step === 'done') return;
    if (step === 'wait') {
      await runtime.sleep(LOOK_AGAIN_MS * (0.5 + runtime.random() / 2), signal);
      await ledger.refresh();
    } else if (step !== 'again') {
      const { window } = step;
      line.held.reload(stream, ledger.state.held);
      if (window.purpose === 'held') await ledger.dropHeld(window);
      else length.held(window.window, await executeWindow(run, mapper, window));
    }
  }
}

async function nextStep(
  run: Run,
  mapper: StreamMapper,
  binding: Binding,
  { limit, length, joins }: Required<SharingOptions> & { readonly length: WindowLength },
): Promise<Step> {
  const { context, ledger } = run;
  const { stream } = mapper;
  const work = await nextWork(run, stream, binding, { limit, windowMs: length.ms });
  if (joins && !isForOneMore(work)) return 'done';
  if (work.kind === 'claim') {
    context.logger.info({ window: work.window.id, stream }, 'goes on with a window that no other worker has');
    return { window: await ledger.claim(work.window) };
  }
  if (work.kind === 'window') {
    await expectRest(run, stream);
    return { window: await ledger.plan(work.purpose, work.window, context.runtime.now()) };
  }
  if (work.kind !== 'backfilled') return work.kind;
  await ledger.commit([{ type: 'backfilled', stream }]);
  return 'again';
}

/** Another worker was faster: looks again at the newest state. */
async function unlessMoved(run: Run, work: () => Promise<Step>): Promise<Step> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StateMovedError)) throw error;
    await run.ledger.refresh();
    return 'again';
  }
}
