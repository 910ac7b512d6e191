import type { Logger, Runtime } from '@sluice/core/adapter';
import { EMPTY_STATE, type LeasedState, type PipelineState } from '@sluice/core/state';
import type { Database, Query } from '@sluice/postgres';
import { appendCommit } from './append-commit.js';
import { momentOf, type LeaseClock } from './lease-clock.js';
import { isPassing, translateError } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { openAmong } from './stored-dead-letters.js';
import { freeLease, renewLease, type LeasedPipelineRow } from './stored-lease.js';

export interface LeasedRowContext {
  readonly row: LeasedPipelineRow;
  readonly clock: LeaseClock;
  readonly database: Database;
  readonly runtime: Runtime;
  readonly logger: Logger;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2000;

/** A pipeline's row under a lease. Retries writing while the database does not answer, until the lease may have expired. */
export function leasedRow(context: LeasedRowContext): LeasedState {
  const { row, clock, database, logger } = context;
  const reader = postgresStateReader(row, async (work) => work(database));
  /** As it was read, or committed last; undefined while nothing is stored. */
  let stored: PipelineState | undefined;
  return {
    ...reader,
    read: async () => {
      const state = await reader.read();
      stored = state === EMPTY_STATE ? undefined : state;
      return state;
    },
    get leaseExpiresAt() {
      return clock.leaseExpiresAt;
    },
    openDeadLetters: (ids) =>
      write(context, 'write', async (query) => {
        await renewLease(query, row);
        return openAmong(query, row, ids);
      }),
    append: async (commit) => {
      await write(context, 'write', (query) => appendCommit(query, row, commit, stored));
      stored = commit.state;
    },
    renew: () => write(context, 'renew the lease on', (query) => renewLease(query, row)),
    release: async () => {
      try {
        await database.write((query) => freeLease(query, row));
      } catch (error) {
        logger.warn(
          { pipeline: row.pipeline, error: messageOf(error) },
          'the lease on the state could not be released: other workers wait until it expires',
        );
      }
      await database.close();
    },
  };
}

/**
 * Repeats a transaction that extends the lease until it is known to have worked. The lease counts from before the
 * request.
 */
async function write<T>(
  { row, clock, database, runtime, logger }: LeasedRowContext,
  doing: string,
  work: (query: Query) => Promise<T>,
): Promise<T> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    const asked = momentOf(runtime);
    // One attempt after the lease has expired is safe, because writing is fenced, and tells whether somebody else has it.
    const isLast = asked.wall >= clock.leaseExpiresAt;
    try {
      const result = await database.write(work);
      clock.extend(asked);
      return result;
    } catch (error) {
      const translated = translateError(error, doing, database.place);
      if (!isPassing(error)) throw translated;
      database.reset();
      if (isLast) throw translated;
      logger.warn(
        { pipeline: row.pipeline, waitMs, error: messageOf(translated) },
        'the database of the state did not answer; trying again',
      );
      await runtime.sleep(waitMs * (0.5 + runtime.random() / 2));
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
