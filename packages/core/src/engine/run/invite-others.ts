import type { Invite } from '../../contracts/scheduler.js';
import type { Instant } from '../../contracts/value.js';
import { isForOneMore, nextWork } from './next-work.js';
import type { Run } from './run.js';

/** A run that is shorter invites nobody: to join costs more than it saves. Whether there is work is seen so often. */
const INVITE_EVERY_MS = 5000;

/** Does the work of a run, and invites others as long as some stream has work that no worker has. */
export async function whileInviting(
  run: Run,
  { limit, invite }: { readonly limit: Instant; readonly invite: Invite },
  work: () => Promise<void>,
): Promise<void> {
  const done = new AbortController();
  const inviting = inviteOthers({ ...run, signal: AbortSignal.any([run.signal, done.signal]) }, limit, invite);
  try {
    await work();
  } finally {
    done.abort();
    await inviting;
  }
}

/** Until the signal aborts, or something fails that the streams meet as well. Never rejects. */
async function inviteOthers(run: Run, limit: Instant, invite: Invite): Promise<void> {
  const { runtime } = run.context;
  try {
    for (;;) {
      await runtime.sleep(INVITE_EVERY_MS, run.signal);
      if (await hasWorkForOthers(run, limit)) invite();
    }
  } catch {
    return;
  }
}

async function hasWorkForOthers(run: Run, limit: Instant): Promise<boolean> {
  const { pipeline, ledger } = run;
  // While the destination asks all to wait, one more process would hold a turn and do nothing with it.
  if (ledger.state.pause !== undefined || (ledger.shared?.backOffMs ?? 0) > 0) return false;
  for (const { stream } of pipeline.mapper.streams) {
    if (isForOneMore(await nextWork(run, stream, { limit, windowMs: pipeline.maxWindowMs }))) return true;
  }
  return false;
}
