import {
  applyCommit,
  asStored,
  closingOpenOnly,
  DigestBook,
  EMPTY_STATE,
  StateError,
  type DeadLetter,
  type DeadLetterChange,
  type HourDigest,
  type LeaseHolder,
  type Instant,
  type PipelineState,
  type Runtime,
  type StateChange,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core';

export interface MemoryStateStoreOptions {
  /** The clock by which leases run out. Default: one that stands still. */
  readonly runtime?: Pick<Runtime, 'now'>;
  /** How long a lease lasts from `acquire` and from every renewal. Default: until it is released. */
  readonly leaseMs?: number;
  /**
   * Called before a commit takes effect and after it has: what it throws is what `commit` throws. After the effect, that
   * is a commit that looks failed and is not.
   */
  readonly onCommit?: (phase: 'before' | 'after', changes: readonly StateChange[]) => Promise<void> | void;
}

/** The states of pipelines in memory, shared by the stores over it as files are by processes. */
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
  digests = new DigestBook();
  deadLetters: readonly DeadLetter[] = [];
  lease: Lease | undefined;
  lastToken = 0;
}

/**
 * A state store in memory by the same rules as the others, with leases that run out and fencing tokens: for tests and
 * simulations that must not depend on a disk or a database.
 */
export class MemoryStateStore implements StateStore {
  readonly #memory: MemoryState;
  readonly #options: MemoryStateStoreOptions;

  constructor(options: MemoryStateStoreOptions = {}, memory = new MemoryState()) {
    this.#options = options;
    this.#memory = memory;
  }

  reader(pipeline: string): StateReader {
    return new MemoryStateReader(this.#memory.of(pipeline), this.#options);
  }

  async acquire(pipeline: string): Promise<StateWriter> {
    const { leaseMs = Number.POSITIVE_INFINITY } = this.#options;
    const stored = this.#memory.of(pipeline);
    const now = nowOf(this.#options);
    if (stored.lease && now < stored.lease.until) {
      const { pid, host, since } = stored.lease.holder;
      const at = new Date(since).toISOString();
      throw new StateError(`the state of pipeline "${pipeline}" is in use by process ${pid} on ${host} since ${at}`);
    }
    stored.lastToken += 1;
    const holder = { pid: process.pid, host: 'memory', since: now };
    stored.lease = { token: stored.lastToken, holder, until: now + leaseMs };
    return new MemoryStateWriter(stored, this.#options, stored.lastToken);
  }
}

class MemoryStateReader implements StateReader {
  constructor(
    protected readonly stored: MemoryPipeline,
    protected readonly options: MemoryStateStoreOptions,
  ) {}

  async read(): Promise<PipelineState> {
    return this.stored.state;
  }

  async *deadLetters(): AsyncGenerator<DeadLetter> {
    yield* this.stored.deadLetters;
  }

  async digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]> {
    return this.stored.digests.list(stream, from, until);
  }

  async holder(): Promise<LeaseHolder | undefined> {
    const { lease } = this.stored;
    return lease && nowOf(this.options) < lease.until ? lease.holder : undefined;
  }
}

class MemoryStateWriter extends MemoryStateReader implements StateWriter {
  readonly #token: number;
  #leaseExpiresAt: Instant;
  /** Commits are made one after another, in the order in which they were asked for. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(stored: MemoryPipeline, options: MemoryStateStoreOptions, token: number) {
    super(stored, options);
    this.#token = token;
    this.#leaseExpiresAt = stored.lease?.until ?? Number.NEGATIVE_INFINITY;
  }

  get leaseExpiresAt(): Instant {
    return this.#leaseExpiresAt;
  }

  async commit(
    changes: readonly StateChange[],
    { expectedRevision }: { readonly expectedRevision?: number } = {},
  ): Promise<PipelineState> {
    const result = this.#queue.then(async () => this.#commit(changes, expectedRevision));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async renew(): Promise<void> {
    const lease = this.#assertHeld();
    lease.until = nowOf(this.options) + (this.options.leaseMs ?? Number.POSITIVE_INFINITY);
    this.#leaseExpiresAt = lease.until;
  }

  async release(): Promise<void> {
    await this.#queue;
    if (this.stored.lease?.token === this.#token) this.stored.lease = undefined;
  }

  async #commit(changes: readonly StateChange[], expectedRevision: number | undefined): Promise<PipelineState> {
    const { onCommit } = this.options;
    if (onCommit) await onCommit('before', changes);
    this.#assertHeld();
    const { stored } = this;
    const { revision } = stored.state;
    if (expectedRevision !== undefined && expectedRevision !== revision) {
      throw new StateError(`the state has moved on: revision ${expectedRevision} was expected, it is at ${revision}`);
    }
    const exact = await closingOpenOnly(asStored(changes), async () => stored.deadLetters.map(({ id }) => id));
    const { state, digestChanges, deadLetterChanges } = applyCommit(stored.state, exact);
    stored.state = state;
    for (const change of digestChanges) stored.digests.apply(change);
    for (const change of deadLetterChanges) stored.deadLetters = afterChange(stored.deadLetters, change);
    if (onCommit) await onCommit('after', changes);
    return state;
  }

  #assertHeld(): Lease {
    const { lease } = this.stored;
    if (lease?.token !== this.#token) throw new StateError('the lease on the state was given back or taken over');
    if (nowOf(this.options) >= lease.until) throw new StateError('the lease on the state has run out');
    return lease;
  }
}

function nowOf({ runtime }: MemoryStateStoreOptions): Instant {
  return runtime?.now() ?? 0;
}

function afterChange(open: readonly DeadLetter[], change: DeadLetterChange): readonly DeadLetter[] {
  if (change.kind === 'clear-all') return [];
  if (change.kind === 'add') return [...open, ...change.deadLetters];
  return open.filter(({ id }) => !change.ids.includes(id));
}
