import type { Commit, PipelineState, SharedMoment, SharedState } from '@sluice/core/state';
import { EMPTY_STATE } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { readChanged } from './changed-state.js';
import { jsonText } from './json-text.js';
import { isPassing } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { messageOf, repeated, type UnderLease } from './repeated.js';
import { lowerCeiling, prolongBackOff, readPipeline, type SharedLimits } from './shared-pipeline.js';
import { changeDeadLetters } from './stored-dead-letters.js';
import { changeDigests } from './stored-digests.js';
import { lengthsOf, writeParts } from './stored-parts.js';
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
  const { row, clock, database, runtime, logger } = context;
  /** As it was read or committed last, so that only what somebody else has changed since is read. */
  let known: PipelineState = EMPTY_STATE;
  let commits = 0;
  let backOffUntilMs = Number.NEGATIVE_INFINITY;
  let ceilingBytes = Infinity;
  const learn = (limits: SharedLimits): void => {
    backOffUntilMs = runtime.monotonicMs() + limits.backOffMs;
    // An answer that is late knows less.
    ceilingBytes = Math.min(ceilingBytes, limits.ceilingBytes);
  };
  const keep = (seen: SeenMoment): SharedMoment => {
    known = seen.state;
    learn(seen.limits);
    return seen;
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      // The next connection may reach a standby that has taken over without the last commits.
      if (isPassing(error)) known = EMPTY_STATE;
      throw error;
    });
  const write = <T>(doing: string, work: (query: Query) => Promise<T>, extendsLease = true) =>
    repeated(context, doing, () => attempt(async () => database.write(work)), { extendsLease });
  return {
    ...postgresStateReader(row, async (work) => work(database)),
    worker: row.worker,
    get leaseExpiresAt() {
      return clock.leaseExpiresAt;
    },
    get backOffMs() {
      return Math.max(0, backOffUntilMs - runtime.monotonicMs());
    },
    get ceilingBytes() {
      return ceilingBytes;
    },
    append: async (decide) => {
      commits += 1;
      return keep(await write('write', (query) => appendShared(query, row, { known, number: commits, decide })));
    },
    refresh: async () => {
      const read = () => attempt(async () => database.read((query) => readMoment(query, row, known)));
      return keep(await repeated(context, 'read', read, { extendsLease: false }));
    },
    renew: () =>
      write('renew the lease on', async (query) => {
        await renewWorker(query, row);
        learn(await readPipeline(query, row));
        return numbersOf(await seenWorkers(query, row));
      }),
    pace: (events, eventsPerSecond) => write('write', (query) => reserve(query, row, events / eventsPerSecond), false),
    backOff: async (ms) => learn(await write('write', (query) => prolongBackOff(query, row, ms), false)),
    lowerCeiling: async (bytes) => learn(await write('write', (query) => lowerCeiling(query, row, bytes), false)),
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

/** How much longer the workers send nothing is counted from the moment. */
interface SeenMoment extends SharedMoment {
  readonly limits: SharedLimits;
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
): Promise<SeenMoment> {
  const { schema, pipeline, worker, leaseSeconds } = row;
  const stored = await readPipeline(query, row, { locks: true });
  const living = await buryExpired(query, row);
  const own = living.find((each) => each.worker === worker);
  if (own === undefined) throw workerLostError(row);
  const state = await readChanged(query, row, known, stored);
  const newest = { state, workers: numbersOf(living), limits: stored };
  const isRepeat = own.commits === number;
  const commit = isRepeat ? undefined : decide(newest);
  await query(
    `UPDATE "${schema}".workers SET commits = ?, until = clock_timestamp() + make_interval(secs => ?)
     WHERE pipeline = ? AND worker = ?`,
    [number, leaseSeconds, pipeline, worker],
  );
  if (commit === undefined) return newest;
  const lengths = jsonText(lengthsOf(commit.state));
  await query(`UPDATE "${schema}".pipelines SET revision = ?, lengths = ? WHERE name = ?`, [
    commit.revision,
    lengths,
    pipeline,
  ]);
  await writeParts(query, row, state === EMPTY_STATE ? undefined : state, commit.state);
  for (const change of commit.digestChanges) await changeDigests(query, row, change);
  for (const change of commit.deadLetterChanges) await changeDeadLetters(query, row, change);
  return { ...newest, state: commit.state };
}

async function readMoment(query: Query, row: SharedPipelineRow, known: PipelineState): Promise<SeenMoment> {
  const stored = await readPipeline(query, row);
  const state = await readChanged(query, row, known, stored);
  return { state, workers: numbersOf(await seenWorkers(query, row)), limits: stored };
}

function numbersOf(workers: readonly { readonly worker: number }[]): ReadonlySet<number> {
  return new Set(workers.map(({ worker }) => worker));
}
