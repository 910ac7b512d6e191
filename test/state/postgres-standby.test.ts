import type { SharedStateWriter, StateChange, StateStore } from '@sluice/core/state';
import { testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import { aPostgresWithAStandby, type PostgresWithAStandby } from './a-postgres-with-a-standby.js';
import { aStore, expectComplete, postgresWorkers } from './postgres-workers.js';

const WENT_BACK = /(has \d+ of the \d+ commits|must be at revision \d+, but is at \d+).*: a standby took over without/;

describe('a standby that takes over the state', function () {
  this.timeout(120_000);
  const itInTurn = testsInTurn(4);
  let postgres: PostgresWithAStandby | undefined;
  afterEach(() => postgres?.stop());

  itInTurn('has every commit when replication is synchronous: the workers go on', async () => {
    const { url, failOver } = (postgres = await aPostgresWithAStandby({ isSynchronous: true }));
    const workers = postgresWorkers(2, {
      url,
      lease: 'window',
      onSend: async (sends) => {
        if (sends === 11) await failOver();
      },
    });

    const results = await Promise.all(workers.map((worker) => worker.run()));

    expect(results.map(({ outcome }) => outcome)).to.deep.equal(['done', 'done']);
    expect(await expectComplete(workers, url)).to.equal(0);
  });

  for (const [lease, count, who] of [
    ['window', 2, 'two workers'],
    ['pipeline', 1, 'a process that has the whole pipeline'],
  ] as const) {
    itInTurn(`lacks the last commits of ${who}: the next run sends again what is missing`, async () => {
      postgres = await aPostgresWithAStandby();
      const { url } = postgres;
      const workers = postgresWorkers(count, { url, lease, onSend: failingOverWithoutCommits(postgres) });

      const results = await Promise.all(workers.map((worker) => worker.run()));

      for (const { outcome, failure } of results) {
        expect(outcome).to.equal('failed');
        expect(failure?.message).to.match(WENT_BACK);
      }
      const again = await Promise.all(workers.map((worker) => worker.run()));
      expect(again.map(({ outcome }) => outcome)).to.deep.equal(again.map(() => 'done'));
      expect(await expectComplete(workers, url)).to.be.greaterThan(0);
    });
  }

  itInTurn('lacks a worker and the commits of another: nobody writes from what is gone', async () => {
    const { url, leaveStandbyBehind, failOver } = (postgres = await aPostgresWithAStandby());
    const store = aStore({ url, lease: 'window' });
    const [knowing, gone] = [await join(store), await join(store)];
    await knowing.commit([remembered('kept')]);
    await leaveStandbyBehind();
    await gone.commit([remembered('gone')]);
    await gone.commit([remembered('gone')]);
    const unknown = await join(store);
    await unknown.commit([remembered('gone')]);
    await knowing.refresh();
    await failOver();
    const found = await join(store);
    expect(found.worker).to.equal(unknown.worker);

    await expectRefused(unknown, /the lease of worker 3 .* is lost/);
    await expectRefused(gone, /has 0 of the 2 commits of worker 2/);
    // As many revisions as are gone: the one who has read those must not take them for these.
    for (const detail of ['new', 'newer', 'newest']) await found.commit([remembered(detail)]);
    const { history } = await knowing.commit([remembered('own')]);
    expect(history.map(({ detail }) => detail)).to.deep.equal(['kept', 'new', 'newer', 'newest', 'own']);
    expect(await store.reader('notes').read()).to.deep.equal(await knowing.refresh());
    for (const worker of [knowing, gone, unknown, found]) await worker.release();
  });
});

/** When every worker has made commits, leaves the standby behind; when each has made more, lets it take over. */
function failingOverWithoutCommits(postgres: PostgresWithAStandby): () => Promise<void> {
  let left: number | undefined;
  let isOver = false;
  let looking: Promise<void> | undefined;
  /** Of the worker that has made the fewest. */
  const commits = async (): Promise<number> => {
    const [row] = await postgres.query<{ readonly fewest: number }>(
      `SELECT coalesce(min(commits), max(revision))::int AS fewest
       FROM sluice.pipelines LEFT JOIN sluice.workers ON pipeline = name`,
    );
    return row?.fewest ?? 0;
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
    if (isOver && looking === undefined) return;
    looking ??= look().finally(() => {
      looking = undefined;
    });
    await looking;
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
    () => expect.fail('it was not refused'),
    (reason: unknown) => reason,
  );
  expect(error).to.have.property('message').that.matches(message);
}
