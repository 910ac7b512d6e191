import type { Commit, SharedMoment, SharedState } from '@sluice/core/state';
import { EMPTY_STATE } from '@sluice/core/state';
import type { Query } from '@sluice/postgres';
import { NOTHING_KNOWN, readChanged, type KnownState } from './changed-state.js';
import { jsonText } from './json-text.js';
import { isPassing } from './postgres-error.js';
import { postgresStateReader } from './postgres-state-reader.js';
import { readRepeatedly, released, repeated, type UnderLease } from './repeated.js';
import { lowerCeiling, prolongBackOff, readPipeline, type SharedLimits } from './shared-pipeline.js';
import { changeDeadLetters } from './stored-dead-letters.js';
import { changeDigests } from './stored-digests.js';
import { lengthsOf, writeParts } from './stored-parts.js';
import {
  buryExpired,
  freeWorker,
  ownAmong,
  renewWorker,
  reserve,
  seenWorkers,
  type SharedPipelineRow,
} from './stored-workers.js';

export interface SharedRowContext extends UnderLease {
  readonly row: SharedPipelineRow;
}

/** A pipeline's row that several workers share. Retries while the database does not answer, until the lease may have expired. */
export function sharedRow(context: SharedRowContext): SharedState {
  const { row, clock, database, runtime } = context;
  /** As it was read or committed last, so that only what somebody else has changed since is read. */
  let known: KnownState = NOTHING_KNOWN;
  /** How many the worker has made. */
  let commits = 0;
  let backOffUntilMs = Number.NEGATIVE_INFINITY;
  let ceilingBytes = Infinity;
  const learn = (limits: SharedLimits): void => {
    backOffUntilMs = runtime.monotonicMs() + limits.backOffMs;
    // An answer that is late knows less.
    ceilingBytes = Math.min(ceilingBytes, limits.ceilingBytes);
  };
  const keep = (seen: SeenMoment): SharedMoment => {
    known = seen;
    learn(seen.limits);
    return seen;
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error: unknown) => {
      // A server that has crashed and recovered by itself can lack the last commits too, where they were not flushed.
      if (isPassing(error)) known = NOTHING_KNOWN;
      throw error;
    });
  const write = <T>(doing: string, work: (query: Query) => Promise<T>, extendsLease = true) =>
    repeated(context, doing, () => attempt(async () => database.write(work)), { extendsLease });
  return {
    ...postgresStateReader(row, async (work) => work(readRepeatedly(context))),
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
      const appended = await write('write', (query) => appendShared(query, row, { known, commits, decide }));
      commits += 1;
      return keep(appended);
    },
    refresh: async () => {
      const read = () => attempt(async () => database.read((query) => readMoment(query, row, known)));
      return keep(await repeated(context, 'read', read, { extendsLease: false }));
    },
    renew: () =>
      write('renew the lease on', async (query) => {
        await renewWorker(query, row, commits);
        learn(await readPipeline(query, row));
        return numbersOf(await seenWorkers(query, row));
      }),
    pace: (events, eventsPerSecond) => write('write', (query) => reserve(query, row, events / eventsPerSecond), false),
    backOff: async (ms) => learn(await write('write', (query) => prolongBackOff(query, row, ms), false)),
    lowerCeiling: async (bytes) => learn(await write('write', (query) => lowerCeiling(query, row, bytes), false)),
    release: () =>
      released(
        context,
        (query) => freeWorker(query, row),
        'the lease of the worker could not be released: its windows wait until it expires',
      ),
  };
}

/** How much longer the workers send nothing is counted from the moment. */
interface SeenMoment extends SharedMoment, Pick<KnownState, 'server'> {
  readonly limits: SharedLimits;
}

interface SharedCommit {
  readonly known: KnownState;
  /** How many the worker has made before: one more in the state tells that an attempt took effect whose answer was lost. */
  readonly commits: number;
  readonly decide: (newest: SharedMoment) => Commit;
}

/** Reads, decides and writes in one transaction, under the lock on the pipeline's row. */
async function appendShared(
  query: Query,
  row: SharedPipelineRow,
  { known, commits, decide }: SharedCommit,
): Promise<SeenMoment> {
  const { schema, pipeline, worker, leaseSeconds } = row;
  const stored = await readPipeline(query, row, { locks: true });
  const living = await buryExpired(query, row);
  const own = ownAmong(living, row, commits);
  const state = await readChanged(query, row, known, stored);
  const newest = { state, workers: numbersOf(living), limits: stored, server: stored.server };
  const isRepeat = own.commits > commits;
  const commit = isRepeat ? undefined : decide(newest);
  await query(
    `UPDATE "${schema}".workers SET commits = ?, until = clock_timestamp() + make_interval(secs => ?)
     WHERE pipeline = ? AND worker = ?`,
    [commits + 1, leaseSeconds, pipeline, worker],
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

async function readMoment(query: Query, row: SharedPipelineRow, known: KnownState): Promise<SeenMoment> {
  const stored = await readPipeline(query, row);
  const state = await readChanged(query, row, known, stored);
  return { state, workers: numbersOf(await seenWorkers(query, row)), limits: stored, server: stored.server };
}

function numbersOf(workers: readonly { readonly worker: number }[]): ReadonlySet<number> {
  return new Set(workers.map(({ worker }) => worker));
}
