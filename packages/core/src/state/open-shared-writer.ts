import pLimit from 'p-limit';
import { StateError } from '../contracts/errors.js';
import type { SharedMoment, SharedState } from '../contracts/leased-state.js';
import type { SharedStateWriter } from '../contracts/state-store.js';
import { decide } from './decide.js';

/** The writer over a state that several workers share. Gives the worker's lease back when the state cannot be read. */
export async function openSharedWriter(shared: SharedState): Promise<SharedStateWriter> {
  try {
    return sharedWriter(shared, await shared.refresh());
  } catch (error) {
    await shared.release();
    throw error;
  }
}

/** Makes the worker's commits one after another, in the order of the calls, and none after a failure. */
function sharedWriter(shared: SharedState, initial: SharedMoment): SharedStateWriter {
  const { worker } = shared;
  const inTurn = pLimit(1);
  let { state, workers } = initial;
  let isReleased = false;
  /** What is stored after a failed call is unknown, so nothing more is written. */
  let failure: { readonly error: unknown } | undefined;

  async function whileHeld<T>(work: () => Promise<T>): Promise<T> {
    if (isReleased) throw new StateError('the lease of the worker was released');
    return inTurn(async () => {
      if (failure !== undefined) throw failure.error;
      return work();
    });
  }

  function keep(moment: SharedMoment): SharedMoment['state'] {
    ({ state, workers } = moment);
    return state;
  }

  return {
    worker,
    get leaseExpiresAt() {
      return shared.leaseExpiresAt;
    },
    get backOffMs() {
      return shared.backOffMs;
    },
    backOff: (ms) => shared.backOff(ms),
    get ceilingBytes() {
      return shared.ceilingBytes;
    },
    lowerCeiling: (bytes) => shared.lowerCeiling(bytes),
    isAlive: (other) => workers.has(other),
    read: async () => state,
    deadLetters: () => shared.deadLetters(),
    digests: (...range) => shared.digests(...range),
    holder: () => shared.holder(),
    pace: (events, eventsPerSecond) => shared.pace(events, eventsPerSecond),
    refresh: async () => whileHeld(async () => keep(await shared.refresh())),
    commit: async (changes, options) =>
      whileHeld(async () => {
        let refusal: { readonly error: unknown } | undefined;
        try {
          return keep(
            await shared.append((newest) => {
              refusal = undefined;
              try {
                const by = { worker, isAlive: (other: number) => newest.workers.has(other) };
                return decide(newest.state, changes, { ...options, by });
              } catch (error) {
                refusal = { error };
                throw error;
              }
            }),
          );
        } catch (error) {
          if (refusal?.error !== error) failure = { error };
          throw error;
        }
      }),
    renew: async () =>
      whileHeld(async () => {
        try {
          workers = await shared.renew();
        } catch (error) {
          failure = { error };
          throw error;
        }
      }),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      await inTurn(() => shared.release());
    },
  };
}
