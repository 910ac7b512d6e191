import type { Runtime } from '@sluice/core/adapter';
import type { PipelineState, SharedStateWriter, StateStore, StateWriter } from '@sluice/core/state';
import { MemoryStateStore, type MemoryState } from '@sluice/testkit';
import { simulatedStore, stepOf, type SimulatedStoreParts } from './simulated-store.js';
import type { StateNetwork } from './state-network.js';

export interface SharedStoreParts extends Omit<SimulatedStoreParts, 'store'> {
  readonly memory: MemoryState;
  readonly pipeline: string;
  readonly leaseMs: number;
  readonly network: StateNetwork;
}

/** What the simulation sees of a transaction at the moment in which it takes effect or is refused. */
interface Watch {
  done(result: unknown, before: PipelineState): void;
  refused?(error: unknown): void;
}

/**
 * Who watches the transactions of a worker: those of its commits and lease come one after another, as do those of the limits
 * that it shares.
 */
class Watches {
  #last: Promise<unknown> = Promise.resolve();
  #lastLimit: Promise<unknown> = Promise.resolve();
  #watch: Watch | undefined;
  #limit: Watch | undefined;

  async during<T>(watch: Watch, work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => {
      this.#watch = watch;
      return work();
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  async duringLimit<T>(watch: Watch, work: () => Promise<T>): Promise<T> {
    const done = this.#lastLimit.then(async () => {
      this.#limit = watch;
      return work();
    });
    this.#lastLimit = done.catch(() => undefined);
    return done;
  }

  /** Makes a transaction and tells its watch. Only those of the limits result in a number. */
  see<T>(work: () => T, before: PipelineState): T {
    try {
      const result = work();
      (typeof result === 'number' ? this.#limit : this.#watch)?.done(result, before);
      return result;
    } catch (error) {
      this.#watch?.refused?.(error);
      throw error;
    }
  }
}

/** The state store of one of several workers. Shows every transaction to the oracle when it takes effect. */
export function simulatedSharedStore(parts: SharedStoreParts): StateStore {
  const { memory, leaseMs, clock, process, network } = parts;
  const watching = new Watches();
  const store = new MemoryStateStore(
    {
      runtime: { now: () => clock.nowMs },
      leaseMs,
      isShared: true,
      transaction: (work) => network.transact(process, () => watching.see(work, memory.of(parts.pipeline).state)),
    },
    memory,
  );
  const { join } = store;
  if (join === undefined) throw new Error('the store in memory cannot be shared');
  return {
    ...simulatedStore({ ...parts, store }),
    join: async (pipeline) =>
      process.step('join', async () => {
        const lease = new WorkersLease(process.context.runtime, leaseMs);
        const granted = lease.asked();
        const done = (result: unknown) => {
          if (isNewWorker(result)) parts.oracle.joined(result.token, parts.record, clock.nowMs, process.clockAheadMs);
        };
        const writer = await watching.during({ done }, async () => join(pipeline));
        granted();
        process.writer = writer;
        return sharedWriter(writer, watching, lease, parts);
      }),
  };
}

/** Whether a transaction has made a worker; joining reads the state in another one. */
function isNewWorker(result: unknown): result is { readonly token: number } {
  return typeof result === 'object' && result !== null && 'token' in result;
}

function sharedWriter(
  writer: SharedStateWriter,
  watching: Watches,
  lease: WorkersLease,
  { process, clock, oracle, record, memory, pipeline, onPlan }: SharedStoreParts,
): SharedStateWriter {
  const { worker } = writer;
  const { workers } = oracle;
  const refused = (error: unknown) => workers.refused(worker, error, clock.nowMs);
  /** Makes a transaction with whose answer the worker learns what the others know of the destination. */
  const learning = async <T>({ done, ...watch }: Watch, work: () => Promise<T>): Promise<T> => {
    let learns: (nowMs: number) => void = () => undefined;
    const see: Watch['done'] = (result, before) => {
      learns = workers.tells(worker);
      done(result, before);
    };
    const result = await watching.during({ ...watch, done: see }, work);
    learns(clock.nowMs);
    return result;
  };

  const commit: StateWriter['commit'] = async (changes, options) => {
    const done = (_: unknown, before: PipelineState) => {
      record.lostCommits += 1;
      oracle.committed(record, { changes, before, after: memory.of(pipeline).state }, worker);
      for (const change of changes) if (change.type === 'plan') onPlan(change.purpose, change.window);
    };
    const state = await process.step(stepOf(changes), async () =>
      learning({ done, refused }, async () => writer.commit(changes, options)),
    );
    record.lostCommits -= 1;
    return state;
  };

  return {
    worker,
    get leaseExpiresAt() {
      return lease.expiresAt;
    },
    isAlive: (other) => writer.isAlive(other),
    read: async () => writer.read(),
    deadLetters: () => writer.deadLetters(),
    digests: async (...asked) => writer.digests(...asked),
    holder: async () => writer.holder(),
    commit,
    refresh: async () => process.step('refresh', async () => learning({ done() {} }, async () => writer.refresh())),
    renew: async () =>
      process.step('renew', async () => {
        const granted = lease.asked();
        const watch: Watch = { done: () => workers.renewed(worker, clock.nowMs), refused };
        await learning(watch, async () => writer.renew());
        granted();
      }),
    pace: async (events, eventsPerSecond) =>
      process.step('pace', async () => {
        const done = (waitMs: unknown) =>
          workers.granted(worker, events, clock.nowMs + Number(waitMs), eventsPerSecond);
        return watching.duringLimit({ done, refused }, async () => writer.pace(events, eventsPerSecond));
      }),
    get backOffMs() {
      return writer.backOffMs;
    },
    backOff: async (ms) =>
      process.step('back-off', async () => {
        const done = (untilMs: unknown) => workers.backsOff(worker, Number(untilMs));
        return watching.duringLimit({ done, refused }, async () => writer.backOff(ms));
      }),
    get ceilingBytes() {
      return writer.ceilingBytes;
    },
    lowerCeiling: async (bytes) =>
      process.step('ceiling', async () => {
        const done = () => workers.lowersCeiling(worker, bytes);
        return watching.duringLimit({ done, refused }, async () => writer.lowerCeiling(bytes));
      }),
    release: async () =>
      process.step('release', async () => {
        const watch: Watch = { done: () => workers.left(worker, clock.nowMs) };
        // Nobody learns that it was lost: the lease then ends by itself.
        await watching.during(watch, async () => writer.release()).catch(() => undefined);
      }),
  };
}

/**
 * Until when a worker may be certain of its lease, by its own clocks: it counts from before the request that the state
 * granted, by the clock that ends it first.
 */
class WorkersLease {
  readonly #clocks: Pick<Runtime, 'now' | 'monotonicMs'>;
  readonly #leaseMs: number;
  #wallMs = 0;
  #monotonicMs = 0;

  constructor(clocks: Pick<Runtime, 'now' | 'monotonicMs'>, leaseMs: number) {
    this.#clocks = clocks;
    this.#leaseMs = leaseMs;
  }

  /** Called before a request; what it returns, when it was granted. */
  asked(): () => void {
    const [wallMs, monotonicMs] = [this.#clocks.now(), this.#clocks.monotonicMs()];
    return () => {
      this.#wallMs = wallMs;
      this.#monotonicMs = monotonicMs;
    };
  }

  get expiresAt(): number {
    const leftMs = this.#monotonicMs + this.#leaseMs - this.#clocks.monotonicMs();
    return Math.min(this.#wallMs + this.#leaseMs, this.#clocks.now() + leftMs);
  }
}
