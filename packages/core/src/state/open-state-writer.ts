import pLimit from 'p-limit';
import { StateError } from '../contracts/errors.js';
import type { LeasedState } from '../contracts/leased-state.js';
import type { PipelineState } from '../contracts/pipeline-state.js';
import type { StateWriter } from '../contracts/state-store.js';
import { decide } from './decide.js';

/** The writer over a leased state. Releases the lease when the state cannot be read. */
export async function openStateWriter(leased: LeasedState): Promise<StateWriter> {
  try {
    return stateWriter(leased, await leased.read());
  } catch (error) {
    await leased.release();
    throw error;
  }
}

/** Makes commits one after another, in the order of the calls, and none after a failure. */
function stateWriter(leased: LeasedState, initial: PipelineState): StateWriter {
  const inTurn = pLimit(1);
  let state = initial;
  let isReleased = false;
  /** What is stored after a failed call is unknown, so nothing more is written. */
  let failure: { readonly error: unknown } | undefined;

  async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
    if (isReleased) throw new StateError('the lease on the state was released');
    return inTurn(() => {
      if (failure !== undefined) throw failure.error;
      return work();
    });
  }

  async function orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      failure = { error };
      throw error;
    }
  }

  return {
    get leaseExpiresAt() {
      return leased.leaseExpiresAt;
    },
    read: async () => state,
    deadLetters: () => leased.deadLetters(),
    digests: (...range) => leased.digests(...range),
    holder: () => leased.holder(),
    commit: async (changes, options) =>
      whileHeld(async () => {
        const ids = new Set(changes.flatMap((change) => (change.type === 'close-dead-letters' ? change.ids : [])));
        const openDeadLetters = ids.size === 0 ? [] : await orFail(() => openAmong(leased, ids));
        const commit = decide(state, changes, { ...options, openDeadLetters });
        await orFail(() => leased.append(commit));
        state = commit.state;
        return state;
      }),
    renew: async () => whileHeld(() => orFail(() => leased.renew())),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      await inTurn(() => leased.release());
    },
  };
}

async function openAmong(leased: LeasedState, ids: ReadonlySet<string>): Promise<Iterable<string>> {
  if (leased.openDeadLetters !== undefined) return leased.openDeadLetters(ids);
  const open: string[] = [];
  for await (const { id } of leased.deadLetters()) if (ids.has(id)) open.push(id);
  return open;
}
