import { EMPTY_STATE, type LeasedState, type PipelineState } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { appendCommit } from './append-commit.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { readRepeatedly, released, repeated, type UnderLease } from './repeated.js';
import { openAmong } from './stored-dead-letters.js';
import { freeLease, renewLease, type LeasedPipelineRow } from './stored-lease.js';

export interface LeasedRowContext extends UnderLease {
  readonly row: LeasedPipelineRow;
}

/** A pipeline's row under a lease. Retries writing while the database does not answer, until the lease may have expired. */
export function leasedRow(context: LeasedRowContext): LeasedState {
  const { row, clock, database } = context;
  const write = <T>(doing: string, work: (query: Query) => Promise<T>) =>
    repeated(context, doing, () => database.write(work), { extendsLease: true });
  const reader = postgresStateReader(row, async (work) => work(readRepeatedly(context)));
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
      write('write', async (query) => {
        await renewLease(query, row);
        return openAmong(query, row, ids);
      }),
    append: async (commit) => {
      await write('write', (query) => appendCommit(query, row, commit, stored));
      stored = commit.state;
    },
    renew: () => write('renew the lease on', (query) => renewLease(query, row)),
    release: () =>
      released(
        context,
        (query) => freeLease(query, row),
        'the lease on the state could not be released: other workers wait until it expires',
      ),
  };
}
