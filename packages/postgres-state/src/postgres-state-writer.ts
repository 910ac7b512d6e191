import {
  applyCommit,
  asStored,
  closingOpenOnly,
  StateError,
  type DeadLetter,
  type LeaseHolder,
  type HourDigest,
  type Instant,
  type Logger,
  type PipelineState,
  type Runtime,
  type StateChange,
  type StateReader,
  type StateWriter,
} from '@sluice/core';
import type { Database, Query } from './database.js';
import { momentOf, type LeaseClock } from './lease-clock.js';
import { isPassing, translateError } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { openAmong } from './stored-dead-letters.js';
import { freeLease, renewLease, writeCommit, type HeldPipeline } from './write-commit.js';

export interface PostgresStateWriterContext extends HeldPipeline {
  readonly database: Database;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

/**
 * The lease on one pipeline's row. What it writes goes one after another; a database that does not answer is asked again
 * until the lease may have run out.
 */
export class PostgresStateWriter implements StateWriter {
  readonly #context: PostgresStateWriterContext;
  readonly #lease: LeaseClock;
  readonly #reader: StateReader;
  #state: PipelineState;
  #queue: Promise<unknown> = Promise.resolve();
  #released = false;
  #failure: StateError | undefined;

  constructor(context: PostgresStateWriterContext, state: PipelineState, lease: LeaseClock) {
    const { pipeline, schema, database } = context;
    this.#context = context;
    this.#state = state;
    this.#lease = lease;
    this.#reader = postgresStateReader(pipeline, { schema, withDatabase: async (work) => work(database) });
  }

  get leaseExpiresAt(): Instant {
    return this.#lease.leaseExpiresAt;
  }

  async read(): Promise<PipelineState> {
    return this.#state;
  }

  deadLetters(): AsyncIterable<DeadLetter> {
    return this.#reader.deadLetters();
  }

  async digests(stream: string, from: Instant, until: Instant): Promise<readonly HourDigest[]> {
    return this.#reader.digests(stream, from, until);
  }

  async holder(): Promise<LeaseHolder | undefined> {
    return this.#reader.holder();
  }

  async renew(): Promise<void> {
    return this.#inTurn(() => this.#write('renew the lease on', (query) => renewLease(query, this.#context)));
  }

  async commit(
    changes: readonly StateChange[],
    options: { readonly expectedRevision?: number } = {},
  ): Promise<PipelineState> {
    return this.#inTurn(async () => {
      const { revision } = this.#state;
      const { expectedRevision = revision } = options;
      if (expectedRevision !== revision) {
        throw new StateError(`the state has moved on: revision ${expectedRevision} was expected, it is at ${revision}`);
      }
      const exact = await closingOpenOnly(asStored(changes), (ids) =>
        this.#write('write', async (query) => {
          await renewLease(query, this.#context);
          return openAmong(query, this.#context, ids);
        }),
      );
      const applied = applyCommit(this.#state, exact);
      await this.#write('write', (query) => writeCommit(query, this.#context, applied));
      this.#state = applied.state;
      return this.#state;
    });
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#queue;
    const { database, logger, pipeline } = this.#context;
    try {
      await database.write((query) => freeLease(query, this.#context));
    } catch (error) {
      logger.warn(
        { pipeline, error: error instanceof Error ? error.message : String(error) },
        'the lease on the state could not be given back: others wait until it runs out',
      );
    }
    await database.close();
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#released) throw new StateError('the lease on the state was given back');
    const result = this.#queue.then(async () => {
      if (this.#failure !== undefined) throw this.#failure;
      return work();
    });
    this.#queue = result.catch(() => undefined);
    return result;
  }

  /**
   * One transaction that prolongs the lease, tried until it is known to have worked. The lease is counted from before it
   * was asked for.
   */
  async #write<T>(doing: string, work: (query: Query) => Promise<T>): Promise<T> {
    const { database, runtime, logger, pipeline } = this.#context;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const asked = momentOf(runtime);
      // After that, one attempt still tells whether somebody else has the lease: what it writes is fenced.
      const isLast = asked.wall >= this.leaseExpiresAt;
      try {
        const result = await database.write(work);
        this.#lease.extend(asked);
        return result;
      } catch (error) {
        const translated = translateError(error, doing, database.place);
        if (!isPassing(error)) throw this.#fail(translated);
        database.reset();
        if (isLast) throw this.#fail(translated);
        const message = translated instanceof Error ? translated.message : String(translated);
        logger.warn({ pipeline, waitMs, error: message }, 'the database of the state did not answer; trying again');
        await runtime.sleep(waitMs * (0.5 + runtime.random() / 2));
      }
    }
  }

  /** After the lease is lost, or when it is not known what a commit has come to, nothing more is written. */
  #fail(error: unknown): unknown {
    if (error instanceof StateError) this.#failure = error;
    return error;
  }
}
