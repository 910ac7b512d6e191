import { runPipeline, systemRuntime, type RunResult } from '@sluice/core/engine';
import { addKeySums, keySums } from '@sluice/core/source';
import type { SharedStateWriter, StateChange, StateStore } from '@sluice/core/state';
import { postgresState } from '@sluice/postgres-state';
import { anAdapterContext, recordingLogger, recordingSink, testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import { aPipeline, HOUR, memoryNotes, notes, NOW } from '../engine/a-pipeline.js';
import { aPostgresWithAStandby, type PostgresWithAStandby } from './a-postgres-with-a-standby.js';

const RECORDS = 2500;
const KEYS = notes(RECORDS).map(({ key }) => key);
const WENT_BACK = /(has \d+ of the \d+ commits|must be at revision \d+, but is at \d+).*: a standby took over without/;

/** Called by all workers before a request is answered, with how many they have made together. */
type OnSend = (sends: number) => Promise<void>;

interface Worker {
  readonly accepted: readonly { readonly id: string; readonly uuid: string }[];
  run(): Promise<RunResult>;
}

describe('a standby that takes over the state', function () {
  this.timeout(120_000);
  const itInTurn = testsInTurn(4);
  let postgres: PostgresWithAStandby | undefined;
  afterEach(() => postgres?.stop());

  itInTurn('has every commit when replication is synchronous: the workers go on', async () => {
    const cluster = (postgres = await aPostgresWithAStandby({ isSynchronous: true }));
    const workers = startingWorkers(2, cluster, 'window', async (sends) => {
      if (sends === 11) await cluster.failOver();
    });

    const results = await Promise.all(workers.map((worker) => worker.run()));

    expect(results.map(({ outcome }) => outcome)).to.deep.equal(['done', 'done']);
    await expectComplete(workers, cluster);
  });

  for (const [lease, count, who] of [
    ['window', 2, 'two workers'],
    ['pipeline', 1, 'a process that has the whole pipeline'],
  ] as const) {
    itInTurn(`lacks the last commits of ${who}: the next run sends again what they said`, async () => {
      const cluster = (postgres = await aPostgresWithAStandby());
      const workers = startingWorkers(count, cluster, lease, failingOverWithoutCommits(cluster, count));

      const results = await Promise.all(workers.map((worker) => worker.run()));

      for (const { outcome, failure } of results) {
        expect(outcome).to.equal('failed');
        expect(failure?.message).to.match(WENT_BACK);
      }
      const again = await Promise.all(workers.map((worker) => worker.run()));
      expect(again.map(({ outcome }) => outcome)).to.deep.equal(again.map(() => 'done'));
      const sent = workers.flatMap(({ accepted }) => accepted);
      expect(sent.length).to.be.greaterThan(RECORDS);
      await expectComplete(workers, cluster);
    });
  }

  itInTurn('lacks a worker and the commits of another: nobody writes from what is gone', async () => {
    const cluster = (postgres = await aPostgresWithAStandby());
    const store = aStore(cluster, 'window');
    const [knowing, gone] = [await join(store), await join(store)];
    await knowing.commit([remembered('kept')]);
    await cluster.leaveStandbyBehind();
    await gone.commit([remembered('gone'), remembered('gone')]);
    const unknown = await join(store);
    await unknown.commit([remembered('gone')]);
    await knowing.refresh();
    await cluster.failOver();
    const found = await join(store);
    expect(found.worker).to.equal(unknown.worker);

    await expectRefused(unknown, /the lease of worker 3 .* is lost/);
    await expectRefused(gone, /has 0 of the 1 commits of worker 2/);
    // As many revisions as are gone: the one who has read those must not take them for these.
    for (const detail of ['new', 'newer', 'newest']) await found.commit([remembered(detail)]);
    const { history } = await knowing.commit([remembered('own')]);
    expect(history.map(({ detail }) => detail)).to.deep.equal(['kept', 'new', 'newer', 'newest', 'own']);
    expect(await store.reader('notes').read()).to.deep.equal(await knowing.refresh());
    for (const worker of [knowing, gone, unknown, found]) await worker.release();
  });
});

function aStore({ url }: PostgresWithAStandby, lease: 'window' | 'pipeline', logger = recordingLogger()): StateStore {
  const config = postgresState.config.parse({ url, lease });
  return postgresState.create(config, { ...anAdapterContext(), runtime: systemRuntime, logger });
}

function startingWorkers(
  count: number,
  postgres: PostgresWithAStandby,
  lease: 'window' | 'pipeline',
  onSend: OnSend,
): readonly Worker[] {
  const source = memoryNotes(notes(RECORDS), { now: () => NOW });
  let sends = 0;
  return Array.from({ length: count }, () => {
    const logger = recordingLogger();
    const sink = recordingSink({
      answer: async () => {
        await onSend((sends += 1));
        return undefined;
      },
    });
    const { pipeline } = aPipeline({ source, sink, maxWindowMs: 2 * HOUR });
    const state = aStore(postgres, lease, logger);
    return {
      get accepted() {
        return sink.accepted.map(({ id, uuid }) => ({ id: String(id), uuid: String(uuid) }));
      },
      run: async () => {
        const { signal } = new AbortController();
        return runPipeline({ ...pipeline, state }, { runtime: systemRuntime, logger }, { signal });
      },
    };
  });
}

/** When every worker has made commits, leaves the standby behind; when each has made more, lets it take over. */
function failingOverWithoutCommits(postgres: PostgresWithAStandby, count: number): OnSend {
  let left: number | undefined;
  let isOver = false;
  let looking: Promise<void> | undefined;
  /** Of the worker that has the fewest. */
  const commits = async (): Promise<number> => {
    const [row] = await postgres.query<{ readonly workers: number; readonly fewest: number }>(
      `SELECT count(worker)::int AS workers, coalesce(min(commits), max(revision))::int AS fewest
       FROM sluice.pipelines LEFT JOIN sluice.workers ON pipeline = name`,
    );
    return row === undefined || (count > 1 && row.workers < count) ? 0 : row.fewest;
  };
  const look = async (): Promise<void> => {
    const fewest = await commits();
    if (left === undefined && fewest > 0) {
      await postgres.leaveStandbyBehind();
      left = await commits();
    } else if (left !== undefined && fewest > left + 1) {
      isOver = true;
      await postgres.failOver();
    }
  };
  return async () => {
    if (!isOver || looking !== undefined) await (looking ??= look().finally(() => (looking = undefined)));
  };
}

async function join(store: StateStore): Promise<SharedStateWriter> {
  const worker = await store.join?.('notes');
  if (worker === undefined) throw new Error('the store has no join');
  return worker;
}

function remembered(detail: string): StateChange {
  return { type: 'remember', entry: { at: 1, by: 'ada@ops-1', what: 'repair', detail } };
}

async function expectRefused(worker: SharedStateWriter, message: RegExp): Promise<void> {
  const error: unknown = await worker.commit([remembered('refused')]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.have.property('message').that.matches(message);
}

/** The state has every record once. The destination has it as well, and one that it has twice under one identity. */
async function expectComplete(workers: readonly Worker[], postgres: PostgresWithAStandby): Promise<void> {
  const accepted = workers.flatMap((worker) => worker.accepted);
  expect([...new Set(accepted.map(({ id }) => id))].toSorted()).to.deep.equal(KEYS);
  expect(new Set(accepted.map(({ uuid }) => uuid)).size).to.equal(RECORDS);
  const reader = aStore(postgres, 'window').reader('notes');
  const { totals, windows, openDeadLetters } = await reader.read();
  expect(totals['note']).to.include({ read: RECORDS, accepted: RECORDS });
  expect(openDeadLetters).to.equal(0);
  expect(windows.map(({ status }) => status)).not.to.include('open');
  const digests = await reader.digests('note', 0, NOW);
  expect(digests.reduce((sum, { delivered }) => sum + delivered, 0)).to.equal(RECORDS);
  expect(digests.map(({ sums }) => sums).reduce(addKeySums)).to.deep.equal(keySums(KEYS));
}
