import type { Instant, Runtime } from '@sluice/core/adapter';
import {
  StateError,
  DigestBook,
  EMPTY_STATE,
  inUseError,
  openSharedWriter,
  openStateWriter,
  type Commit,
  type DeadLetter,
  type LeaseHolder,
  type PipelineState,
  type SharedMoment,
  type SharedStateWriter,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core/state';

export interface MemoryStateStoreOptions {
  /** The clock by which leases expire. Default: one that stands still. */
  readonly runtime?: Pick<Runtime, 'now'>;
  /** How long a lease lasts after `acquire` and after every renewal. Default: until it is released. */
  readonly leaseMs?: number;
  /** Whether several workers can share a pipeline. Default: `false`, one process works on it at a time. */
  readonly isShared?: boolean;
  /**
   * How a transaction of a worker that shares a pipeline reaches the state, and its answer the worker: a test can delay or
   * lose either. `work` checks, decides and writes in one step. Default: at once.
   */
  readonly transaction?: <T>(work: () => T) => Promise<T>;
}

/** The states of pipelines in memory. Several stores can share it, as several processes share files. */
export class MemoryState {
  readonly #pipelines = new Map<string, MemoryPipeline>();

  of(name: string): MemoryPipeline {
    const known = this.#pipelines.get(name) ?? new MemoryPipeline();
    this.#pipelines.set(name, known);
    return known;
  }

  /** Ends the lease of one worker without its noticing. */
  expireWorker(pipeline: string, worker: number): void {
    const lease = this.of(pipeline).workers.get(worker);
    if (lease !== undefined) lease.until = Number.NEGATIVE_INFINITY;
  }
}

interface Lease {
  /** Grows with every `acquire` and `join`: a writer with an older one is refused. */
  readonly token: number;
  readonly holder: LeaseHolder;
  until: Instant;
}

class MemoryPipeline {
  state: PipelineState = EMPTY_STATE;
  deadLetters: readonly DeadLetter[] = [];
  readonly digests = new DigestBook();
  lease: Lease | undefined;
  lastToken = 0;
  /** Those that share the pipeline, by their tokens. One that has expired is forgotten by whoever notices. */
  readonly workers = new Map<number, Lease>();
  paceMs = Number.NEGATIVE_INFINITY;
  backOffUntilMs = Number.NEGATIVE_INFINITY;
  ceilingBytes = Number.POSITIVE_INFINITY;

  apply({ state, digestChanges, deadLetterChanges }: Commit): void {
    this.state = state;
    for (const change of digestChanges) this.digests.apply(change);
    for (const change of deadLetterChanges) {
      if (change.kind === 'clear-all') this.deadLetters = [];
      else if (change.kind === 'add') this.deadLetters = [...this.deadLetters, ...change.deadLetters];
      else this.deadLetters = this.deadLetters.filter(({ id }) => !change.ids.includes(id));
    }
  }
}

/**
 * A state store in memory with leases that expire and fencing tokens, for tests and simulations that must not depend on
 * a disk or a database.
 */
export class MemoryStateStore implements StateStore {
  readonly #memory: MemoryState;
  readonly #leaseMs: number;
  readonly #now: () => Instant;
  readonly #transaction: NonNullable<MemoryStateStoreOptions['transaction']>;
  /** Absent unless pipelines are shared. */
  readonly join?: (pipeline: string) => Promise<SharedStateWriter>;

  constructor(
    { runtime, leaseMs, isShared = false, transaction = async (work) => work() }: MemoryStateStoreOptions = {},
    memory = new MemoryState(),
  ) {
    this.#memory = memory;
    this.#transaction = transaction;
    this.#leaseMs = leaseMs ?? Number.POSITIVE_INFINITY;
    this.#now = () => runtime?.now() ?? 0;
    if (isShared) this.join = (pipeline) => this.#join(pipeline);
  }

  reader(pipeline: string): StateReader {
    const stored = this.#memory.of(pipeline);
    return {
      read: async () => stored.state,
      deadLetters: async function* () {
        yield* stored.deadLetters;
      },
      digests: async (...range) => stored.digests.list(...range),
      holder: async () => this.#holderOf(stored),
    };
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const stored = this.#memory.of(pipeline);
    const holder = this.#holderOf(stored);
    if (holder !== undefined) throw inUseError(`the state of pipeline "${pipeline}"`, holder);
    const since = this.#now();
    const token = (stored.lastToken += 1);
    let leaseExpiresAt = since + this.#leaseMs;
    stored.lease = { token, holder: { pid: process.pid, host: 'memory', since }, until: leaseExpiresAt };
    return openStateWriter({
      ...this.reader(pipeline),
      get leaseExpiresAt() {
        return leaseExpiresAt;
      },
      append: async (commit) => {
        this.#assertHeld(stored, token);
        stored.apply(commit);
      },
      renew: async () => {
        const lease = this.#assertHeld(stored, token);
        leaseExpiresAt = this.#now() + this.#leaseMs;
        lease.until = leaseExpiresAt;
      },
      release: async () => {
        if (stored.lease?.token === token) stored.lease = undefined;
      },
    });
  }

  async #join(pipeline: string): Promise<SharedStateWriter> {
    const stored = this.#memory.of(pipeline);
    const { token: worker, until } = await this.#transaction(() => this.#addWorker(pipeline, stored));
    let leaseExpiresAt = until;
    const assertAlive = (): Lease => {
      const own = this.#living(stored).get(worker);
      if (own === undefined) throw new StateError(`the lease of worker ${worker} has expired`);
      return own;
    };
    /** As of the worker's last transaction. */
    let backOffUntilMs = Number.NEGATIVE_INFINITY;
    let ceilingBytes = Number.POSITIVE_INFINITY;
    const moment = (): SharedMoment => {
      ({ backOffUntilMs, ceilingBytes } = stored);
      return { state: stored.state, workers: new Set(this.#living(stored).keys()) };
    };
    const now = this.#now;
    return openSharedWriter({
      ...this.reader(pipeline),
      worker,
      get leaseExpiresAt() {
        return leaseExpiresAt;
      },
      get backOffMs() {
        return Math.max(0, backOffUntilMs - now());
      },
      backOff: async (ms) => {
        await this.#transaction(() => {
          stored.backOffUntilMs = Math.max(stored.backOffUntilMs, now() + ms);
          ({ backOffUntilMs } = stored);
          return backOffUntilMs;
        });
      },
      get ceilingBytes() {
        return ceilingBytes;
      },
      lowerCeiling: async (bytes) => {
        await this.#transaction(() => {
          stored.ceilingBytes = Math.min(stored.ceilingBytes, bytes);
          ({ ceilingBytes } = stored);
          return ceilingBytes;
        });
      },
      append: async (decide) =>
        this.#transaction(() => {
          assertAlive();
          stored.apply(decide(moment()));
          return moment();
        }),
      refresh: async () => this.#transaction(moment),
      renew: async () =>
        this.#transaction(() => {
          const own = assertAlive();
          leaseExpiresAt = this.#now() + this.#leaseMs;
          own.until = leaseExpiresAt;
          return moment().workers;
        }),
      pace: async (events, eventsPerSecond) =>
        this.#transaction(() => {
          const at = Math.max(this.#now(), stored.paceMs);
          stored.paceMs = at + (events / eventsPerSecond) * 1000;
          return at - this.#now();
        }),
      release: async () => this.#transaction(() => void stored.workers.delete(worker)),
    });
  }

  #addWorker(pipeline: string, stored: MemoryPipeline): Lease {
    const held = this.#leaseOn(stored);
    if (held !== undefined) throw inUseError(`the state of pipeline "${pipeline}"`, held.holder);
    stored.lease = undefined;
    if (this.#living(stored).size === 0) stored.ceilingBytes = Number.POSITIVE_INFINITY;
    const since = this.#now();
    const token = (stored.lastToken += 1);
    const lease = { token, holder: { pid: process.pid, host: 'memory', since }, until: since + this.#leaseMs };
    stored.workers.set(token, lease);
    return lease;
  }

  #living({ workers }: MemoryPipeline): ReadonlyMap<number, Lease> {
    for (const [token, { until }] of workers) if (this.#now() >= until) workers.delete(token);
    return workers;
  }

  #holderOf(stored: MemoryPipeline): LeaseHolder | undefined {
    const held = this.#leaseOn(stored);
    if (held !== undefined) return held.holder;
    const [first, ...others] = this.#living(stored).values();
    return first && { ...first.holder, others: others.length };
  }

  /** The lease on a pipeline, unless it has expired. */
  #leaseOn({ lease }: MemoryPipeline): Lease | undefined {
    return lease !== undefined && this.#now() < lease.until ? lease : undefined;
  }

  #assertHeld({ lease }: MemoryPipeline, token: number): Lease {
    if (lease?.token !== token) throw new StateError('the lease on the state was released or taken over');
    if (this.#now() >= lease.until) throw new StateError('the lease on the state has expired');
    return lease;
  }
}
