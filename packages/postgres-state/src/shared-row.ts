import type { Commit, PipelineState, SharedMoment, SharedState } from '@sluice/core/state';
import { EMPTY_STATE } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { checkedState, postgresStateReader } from './postgres-state-reader.js';
import { messageOf, repeated, type UnderLease } from './repeated.js';
import { changeDeadLetters } from './stored-dead-letters.js';
import { changeDigests } from './stored-digests.js';
import { lockRow } from './stored-lease.js';
import { readParts, writeParts } from './stored-parts.js';
import {
  buryExpired,
  freeWorker,
  renewWorker,
  reserve,
  seenWorkers,
  workerLostError,
  type SharedPipelineRow,
} from './stored-workers.js';

export interface SharedRowContext extends UnderLease {
  readonly row: SharedPipelineRow;
}

/** A pipeline's row that several workers share. Retries while the database does not answer, until the lease may have expired. */
export function sharedRow(context: SharedRowContext): SharedState {
  const { row, clock, database, logger } = context;
  /** As it was read or committed last, so that it is read again only after somebody else has changed it. */
  let known: PipelineState = EMPTY_STATE;
  let commits = 0;
  const keep = (moment: SharedMoment): SharedMoment => {
    known = moment.state;
    return moment;
  };
  const write = <T>(doing: string, work: (query: Query) => Promise<T>) =>
    repeated(context, doing, () => database.write(work), { extendsLease: true });
  return {
    ...postgresStateReader(row, async (work) => work(database)),
    worker: row.worker,
    get leaseExpiresAt() {
      return clock.leaseExpiresAt;
    },
    append: async (decide) => {
      commits += 1;
      return keep(await write('write', (query) => appendShared(query, row, { known, number: commits, decide })));
    },
    refresh: async () => {
      const read = () => database.read((query) => readMoment(query, row, known));
      return keep(await repeated(context, 'read', read, { extendsLease: false }));
    },
    renew: () =>
      write('renew the lease on', async (query) => {
        await renewWorker(query, row);
        return numbersOf(await seenWorkers(query, row));
      }),
    pace: (events, eventsPerSecond) => {
      const ask = () => database.write((query) => reserve(query, row, events / eventsPerSecond));
      return repeated(context, 'write', ask, { extendsLease: false });
    },
    release: async () => {
      try {
        await database.write((query) => freeWorker(query, row));
      } catch (error) {
        logger.warn(
          { pipeline: row.pipeline, error: messageOf(error) },
          'the lease of the worker could not be released: its windows wait until it expires',
        );
      }
      await database.close();
    },
  };
}

interface SharedCommit {
  readonly known: PipelineState;
  /** Which commit of the worker it is: tells whether an attempt took effect whose answer was lost. */
  readonly number: number;
  readonly decide: (newest: SharedMoment) => Commit;
}

/** Reads, decides and writes in one transaction, under the lock on the pipeline's row. */
async function appendShared(
  query: Query,
  row: SharedPipelineRow,
  { known, number, decide }: SharedCommit,
): Promise<SharedMoment> {
  const { schema, pipeline, worker, leaseSeconds } = row;
  const { revision } = await lockRow(query, row);
  const living = await buryExpired(query, row);
  const own = living.find((each) => each.worker === worker);
  if (own === undefined) throw workerLostError(row);
  const state = known.revision === revision ? known : await readState(query, row);
  const newest = { state, workers: numbersOf(living) };
  const isRepeat = own.commits === number;
  const commit = isRepeat ? undefined : decide(newest);
  await query(
    `UPDATE "${schema}".workers SET commits = ?, until = clock_timestamp() + make_interval(secs => ?)
     WHERE pipeline = ? AND worker = ?`,
    [number, leaseSeconds, pipeline, worker],
  );
  if (commit === undefined) return newest;
  await query(`UPDATE "${schema}".pipelines SET revision = ? WHERE name = ?`, [commit.revision, pipeline]);
  await writeParts(query, row, state === EMPTY_STATE ? undefined : state, commit.state);
  for (const change of commit.digestChanges) await changeDigests(query, row, change);
  for (const change of commit.deadLetterChanges) await changeDeadLetters(query, row, change);
  return { state: commit.state, workers: newest.workers };
}

async function readMoment(query: Query, row: SharedPipelineRow, known: PipelineState): Promise<SharedMoment> {
  const [found] = await query<{ readonly revision: string }>(
    `SELECT revision FROM "${row.schema}".pipelines WHERE name = ?`,
    [row.pipeline],
  );
  const state = known.revision === Number(found?.revision ?? 0) ? known : await readState(query, row);
  return { state, workers: numbersOf(await seenWorkers(query, row)) };
}

async function readState(query: Query, row: SharedPipelineRow): Promise<PipelineState> {
  return checkedState(await readParts(query, row), row);
}

function numbersOf(workers: readonly { readonly worker: number }[]): ReadonlySet<number> {
  return new Set(workers.map(({ worker }) => worker));
}
