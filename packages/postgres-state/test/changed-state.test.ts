import type { SharedStateWriter, StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import { readChanged } from '#src/changed-state.js';
import { postgresStateConfig } from '#src/config.js';
import { stateDatabase } from '#src/database.js';
import { readPipeline } from '#src/shared-pipeline.js';
import { anEmptyDatabase, aStore } from './state-database.js';

const WINDOW = { stream: 'trace', axis: 'event', revisitMs: 0 } as const;
const HOUR_MS = 3_600_000;

function plan({ worker: claim }: SharedStateWriter, id: number): StateChange {
  const window = { ...WINDOW, from: id * HOUR_MS, until: (id + 1) * HOUR_MS };
  return { type: 'plan', id, purpose: 'first-backfill', window, claim, at: 0 };
}

const finish = ({ worker }: SharedStateWriter, id: number): StateChange => ({ type: 'finish', id, worker, at: 1 });
const paused = (since: number): StateChange => ({
  type: 'pause',
  pause: { cause: 'quota', message: `for the ${since}th time`, since },
});
const remembered = (detail: string): StateChange => ({
  type: 'remember',
  entry: { at: 1, by: 'ada@ops-1', what: 'repair', detail },
});

describe('what a worker reads of the state after the commits of others', () => {
  let url: string;
  let workers: SharedStateWriter[];
  let a: SharedStateWriter;
  let b: SharedStateWriter;
  beforeEach(async () => {
    ({ url } = await anEmptyDatabase());
    workers = [];
    [a, b] = [await join(), await join()];
  });
  afterEach(async () => {
    for (const worker of workers) await worker.release();
  });

  async function join(): Promise<SharedStateWriter> {
    const worker = await aStore(url, { lease: 'window' }).join?.('p');
    if (worker === undefined) throw new Error('the store has no join');
    workers.push(worker);
    return worker;
  }

  /** Both workers, one who joins now and a reader see the same. */
  async function expectSame(): Promise<void> {
    const whole = await aStore(url).reader('p').read();
    for (const worker of [a, b, await join()]) expect(await worker.refresh()).to.deep.equal(whole);
  }

  it('is the same as the whole state: lists that grow, shrink and merge, properties that come and go', async () => {
    const steps: readonly (readonly StateChange[])[] = [
      [plan(a, 1), plan(a, 2), plan(a, 3), remembered('first')],
      [paused(1)],
      [finish(a, 2)],
      // The three become one: the list gets shorter, and what is left of it is another.
      [finish(a, 1), finish(a, 3), { type: 'resume' }],
      [{ type: 'run-ended', run: { at: 2, outcome: 'failed', error: 'NUL \u0000' } }, paused(2), remembered('second')],
      [{ type: 'backfilled', stream: 'trace' }, { type: 'resume' }],
    ];
    for (const step of steps) {
      await a.commit(step);
      await b.refresh();
      await expectSame();
    }
    expect((await b.read()).windows).to.have.length(1);
    // Several commits at once, and one of its own in between.
    await b.commit([remembered('third')]);
    await a.commit([paused(3)]);
    await a.commit([remembered('fourth')]);
    await expectSame();
  });

  it('is only what has changed', async () => {
    await a.commit(Array.from({ length: 500 }, (_, index) => remembered(String(index))));
    await b.refresh();
    const { history } = await b.read();
    await a.commit([remembered('new')]);
    const { history: now } = await b.refresh();
    expect(now).to.have.length(501);
    // What was read before is not read again.
    expect(now.filter((entry, index) => entry === history[index])).to.have.length(500);
  });

  it('is everything when another server answers, which can have other commits of the same revisions', async () => {
    await a.commit([remembered('first')]);
    const state = await a.commit([remembered('second')]);
    const row = { schema: 'sluice', pipeline: 'p' };
    const database = stateDatabase(postgresStateConfig.parse({ url }));
    try {
      await database.read(async (query) => {
        const stored = await readPipeline(query, row);
        for (const revision of [1, 2]) {
          const lost = {
            ...state,
            revision,
            history: [],
            pause: { cause: 'quota', message: 'lost', since: 1 },
          } as const;
          const known = { state: lost, server: '2026-03-10 12:00:00+00' };
          expect(await readChanged(query, row, known, stored)).to.deep.equal(state);
        }
      });
    } finally {
      await database.close();
    }
  });
});
