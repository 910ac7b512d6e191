import type { Instant, Runtime } from '@sluice/core/adapter';
import {
  StateError,
  DigestBook,
  EMPTY_STATE,
  inUseError,
  openStateWriter,
  type Commit,
  type DeadLetter,
  type LeaseHolder,
  type PipelineState,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core/state';

export interface MemoryStateStoreOptions {
  /** The clock by which leases expire. Default: one that stands still. */
  readonly runtime?: Pick<Runtime, 'now'>;
  /** How long a lease lasts after `acquire` and after every renewal. Default: until it is released. */
  readonly leaseMs?: number;
}

/** The states of pipelines in memory. Several stores can share it, as several processes share files. */
export class MemoryState {
  readonly #pipelines = new Map<string, MemoryPipeline>();

  of(name: string): MemoryPipeline {
    const known = this.#pipelines.get(name) ?? new MemoryPipeline();
    this.#pipelines.set(name, known);
    return known;
  }
}

interface Lease {
  /** Grows with every `acquire`: a writer with an older one is refused. */
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

  constructor({ runtime, leaseMs }: MemoryStateStoreOptions = {}, memory = new MemoryState()) {
    this.#memory = memory;
    this.#leaseMs = leaseMs ?? Number.POSITIVE_INFINITY;
    this.#now = () => runtime?.now() ?? 0;
  }

  reader(pipeline: string): StateReader {
    const stored = this.#memory.of(pipeline);
    return {
      read: async () => stored.state,
      deadLetters: async function* () {
        yield* stored.deadLetters;
      },
      digests: async (...range) => stored.digests.list(...range),
      holder: async () => this.#leaseOn(stored)?.holder,
    };
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const stored = this.#memory.of(pipeline);
    const held = this.#leaseOn(stored);
    if (held !== undefined) throw inUseError(`the state of pipeline "${pipeline}"`, held.holder);
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
