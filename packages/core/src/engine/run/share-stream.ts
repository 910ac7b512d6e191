import { StateMovedError } from '../../contracts/errors.js';
import type { LedgerWindow } from '../../contracts/ledger.js';
import type { StreamMapper } from '../../contracts/mapper.js';
import type { Binding } from '../../contracts/state-store.js';
import type { Instant } from '../../contracts/value.js';
import { isClaimable, openOf } from '../../state/assert-sharable.js';
import { executeWindow } from './execute-window.js';
import { expectRest } from './expect-rest.js';
import { planNext } from './plan-window.js';
import { RecordsPerWindow } from './records-per-window.js';
import type { Run } from './run.js';
import { lengthInFollowing, lengthInSharedHistory, type WindowLength } from './window-length.js';

/** How long a worker waits for the windows of others before it looks again, at most. */
const LOOK_AGAIN_MS = 1000;

/** What a worker does next in a stream. */
type Step = { readonly window: LedgerWindow } | 'wait' | 'again' | 'done';

/**
 * Exports a stream up to `limit` together with other workers: takes over windows without a living worker, plans those that
 * are due, and waits for those of the others, so that it can take them over. Ends when the stream has caught up and none
 * of its windows is open.
 */
export async function shareStream(run: Run, mapper: StreamMapper, binding: Binding, limit: Instant): Promise<void> {
  const { pipeline, context, ledger, line, signal } = run;
  const { stream } = mapper;
  const { runtime } = context;
  const history = lengthInSharedHistory(pipeline.maxWindowMs);
  const following = lengthInFollowing(pipeline.maxWindowMs);
  const inHistory = new RecordsPerWindow(run, stream);
  for (;;) {
    signal.throwIfAborted();
    const length = ledger.state.backfilled.includes(stream) ? following : history;
    const step = await unlessMoved(run, () => nextStep(run, mapper, binding, { limit, length }));
    if (step === 'done') return;
    if (step === 'wait') {
      await runtime.sleep(LOOK_AGAIN_MS * (0.5 + runtime.random() / 2), signal);
      await ledger.refresh();
    } else if (step !== 'again') {
      const { window } = step;
      line.held.reload(stream, ledger.state.held);
      if (window.purpose === 'held') await ledger.dropHeld(window);
      else {
        const records = await executeWindow(run, mapper, window);
        const wanted = window.purpose === 'first-backfill' ? await inHistory.next() : undefined;
        // One that another worker has begun says little about how much such a window holds.
        if (window.cursor === undefined) length.held(window.window, records, wanted);
      }
    }
  }
}

async function nextStep(
  run: Run,
  mapper: StreamMapper,
  binding: Binding,
  { limit, length }: { readonly limit: Instant; readonly length: WindowLength },
): Promise<Step> {
  const { pipeline, context, ledger, signal } = run;
  const { source, revisitMs } = pipeline;
  const { state } = ledger;
  const { stream } = mapper;
  const open = openOf(state, stream);
  const free = open.find((window) => isClaimable(state, window, ledger.isAlive));
  if (free !== undefined) {
    context.logger.info({ window: free.id, stream }, 'goes on with a window that no other worker has');
    return { window: await ledger.claim(free) };
  }
  const mustWait = open.some(({ purpose }) => purpose !== 'first-backfill');
  if (mustWait) return 'wait';
  const plan = await planNext(stream, binding, state, { source, revisitMs, limit, signal, windowMs: length.ms });
  if (plan.kind === 'window') {
    await expectRest(run, stream);
    return { window: await ledger.plan(plan.purpose, plan.window, context.runtime.now()) };
  }
  if (open.length > 0) return 'wait';
  if (plan.kind === 'caught-up') return 'done';
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
