import pLimit from 'p-limit';
import { StateError } from '../contracts/errors.js';
import type { LeasedState } from '../contracts/leased-state.js';
import type { PipelineState, StateChange, StateWriter } from '../contracts/state-store.js';
import type { Instant } from '../contracts/value.js';
import { decide } from './decide.js';

/** The writer over a leased state. Releases the lease when the state cannot be read. */
export async function openStateWriter(leased: LeasedState): Promise<StateWriter> {
  try {
    return new LeasedStateWriter(leased, await leased.read());
  } catch (error) {
    await leased.release();
    throw error;
  }
}

/** Makes commits one after another, in the order of the calls, and none after a failure. */
class LeasedStateWriter implements StateWriter {
  readonly #leased: LeasedState;
  readonly #inTurn = pLimit(1);
  #state: PipelineState;
  #isReleased = false;
  /** What is stored after a failed call is unknown, so nothing more is written. */
  #failure: { readonly error: unknown } | undefined;

  constructor(leased: LeasedState, state: PipelineState) {
    this.#leased = leased;
    this.#state = state;
  }

  get leaseExpiresAt(): Instant {
    return this.#leased.leaseExpiresAt;
  }

  async read(): Promise<PipelineState> {
    return this.#state;
  }

  deadLetters(): ReturnType<StateWriter['deadLetters']> {
    return this.#leased.deadLetters();
  }

  digests(...range: Parameters<StateWriter['digests']>): ReturnType<StateWriter['digests']> {
    return this.#leased.digests(...range);
  }

  holder(): ReturnType<StateWriter['holder']> {
    return this.#leased.holder();
  }

  async commit(
    changes: readonly StateChange[],
    { expectedRevision }: { readonly expectedRevision?: number } = {},
  ): Promise<PipelineState> {
    return this.#whileHeld(async () => {
      const openDeadLetters = await this.#openAmongClosed(changes);
      const commit = decide(this.#state, changes, { expectedRevision, openDeadLetters });
      await this.#orFail(() => this.#leased.append(commit));
      this.#state = commit.state;
      return commit.state;
    });
  }

  async renew(): Promise<void> {
    return this.#whileHeld(() => this.#orFail(() => this.#leased.renew()));
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    await this.#inTurn(() => this.#leased.release());
  }

  async #openAmongClosed(changes: readonly StateChange[]): Promise<Iterable<string>> {
    const ids = new Set(changes.flatMap((change) => (change.type === 'close-dead-letters' ? change.ids : [])));
    return ids.size === 0 ? [] : this.#orFail(() => openAmong(this.#leased, ids));
  }

  async #whileHeld<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isReleased) throw new StateError('the lease on the state was released');
    return this.#inTurn(() => {
      if (this.#failure !== undefined) throw this.#failure.error;
      return work();
    });
  }

  async #orFail<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}

async function openAmong(leased: LeasedState, ids: ReadonlySet<string>): Promise<Iterable<string>> {
  if (leased.openDeadLetters !== undefined) return leased.openDeadLetters(ids);
  const open: string[] = [];
  for await (const { id } of leased.deadLetters()) if (ids.has(id)) open.push(id);
  return open;
}
