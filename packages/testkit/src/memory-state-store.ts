import {
  applyCommit,
  DigestBook,
  EMPTY_STATE,
  StateError,
  type DeadLetter,
  type DeadLetterChange,
  type Holder,
  type PipelineState,
  type StateChange,
  type StateReader,
  type StateStore,
  type StateWriter,
} from '@sluice/core';

/** The state of pipelines in memory, for tests whose clock must not wait for a disk. */
export function memoryStateStore(): StateStore {
  const books = new Map<string, PipelineBook>();
  const bookOf = (pipeline: string): PipelineBook => {
    const book = books.get(pipeline) ?? new PipelineBook();
    books.set(pipeline, book);
    return book;
  };
  return {
    reader: (pipeline) => bookOf(pipeline),
    acquire: async (pipeline) => bookOf(pipeline).acquire(),
  };
}

/** One pipeline's state, and its lease. */
class PipelineBook implements StateReader {
  #state: PipelineState = EMPTY_STATE;
  #deadLetters: readonly DeadLetter[] = [];
  readonly #digests = new DigestBook();
  #lease: symbol | undefined;

  async read(): Promise<PipelineState> {
    return this.#state;
  }

  async *deadLetters(): AsyncGenerator<DeadLetter> {
    yield* this.#deadLetters;
  }

  digests: StateReader['digests'] = async (stream, from, until) => this.#digests.list(stream, from, until);

  async holder(): Promise<Holder | undefined> {
    return this.#lease === undefined ? undefined : { pid: process.pid, host: 'memory', since: 0 };
  }

  acquire(): StateWriter {
    if (this.#lease !== undefined) throw new StateError(`the state in memory is in use by process ${process.pid}`);
    const lease = Symbol('lease');
    this.#lease = lease;
    const assertHeld = () => {
      if (this.#lease !== lease) throw new StateError('the lease on the state was given back');
    };
    return {
      read: () => this.read(),
      deadLetters: () => this.deadLetters(),
      digests: this.digests,
      holder: () => this.holder(),
      heldUntil: Number.POSITIVE_INFINITY,
      renew: async () => assertHeld(),
      commit: async (changes, { expectedRevision } = {}) => {
        assertHeld();
        return this.#commit(changes, expectedRevision);
      },
      release: async () => {
        if (this.#lease === lease) this.#lease = undefined;
      },
    };
  }

  #commit(changes: readonly StateChange[], expectedRevision: number | undefined): PipelineState {
    const { revision } = this.#state;
    if (expectedRevision !== undefined && expectedRevision !== revision) {
      throw new StateError(`the state has moved on: revision ${expectedRevision} was expected, it is at ${revision}`);
    }
    const exact = changes.map((change) => this.#withOpenOnly(change));
    const { state, digestChanges, deadLetterChanges } = applyCommit(this.#state, exact);
    this.#state = state;
    for (const change of digestChanges) this.#digests.apply(change);
    for (const change of deadLetterChanges) this.#applyToDeadLetters(change);
    return state;
  }

  #withOpenOnly(change: StateChange): StateChange {
    if (change.type !== 'close-dead-letters') return change;
    const ids = this.#deadLetters.map(({ id }) => id).filter((id) => change.ids.includes(id));
    return { ...change, ids };
  }

  #applyToDeadLetters(change: DeadLetterChange): void {
    if (change.kind === 'add') this.#deadLetters = [...this.#deadLetters, ...change.deadLetters];
    else if (change.kind === 'clear-all') this.#deadLetters = [];
    else this.#deadLetters = this.#deadLetters.filter(({ id }) => !change.ids.includes(id));
  }
}
