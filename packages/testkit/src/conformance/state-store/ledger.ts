import { EMPTY_STATE, type HistoryEntry, type LastRun, type StateChange } from '@sluice/core/state';
import { expect } from 'chai';
import { it } from 'mocha';
import { aBackfill, advance, anAttribution, countsOf, finish, plan } from '../state-changes.js';
import { failureOf, type StateStoreSubject } from './subject.js';

const DAY_MS = 86_400_000;

export function describeLedger(subject: StateStoreSubject): void {
  it('opens a planned window and uses up its id', async () => {
    const state = await (await subject.acquire()).commit([plan(1, 1_000, 2_000)]);
    expect(state.windows.map(({ id, status, plannedAt }) => ({ id, status, plannedAt }))).to.deep.equal([
      { id: 1, status: 'open', plannedAt: 5_000 },
    ]);
    expect(state.nextWindowId).to.equal(2);
  });

  subject.test('keeps held records with the cursor, each once, until they are released', async (writer) => {
    const held = (key: string, until = 9_000) => ({ stream: 'trace', key, createdAt: 1_500, until, isDigested: true });
    await writer.commit([plan(1, 1_000, 2_000), advance(1, 0, { cursor: 'c', held: [held('a'), held('b')] })]);
    const { held: kept } = await writer.commit([advance(1, 1, { held: [held('a', 9_500)], released: ['b'] })]);
    expect(kept).to.deep.equal([held('a', 9_500)]);
    await subject.release(writer);
    expect((await subject.reader.read()).held).to.deep.equal([held('a', 9_500)]);
    const again = await subject.acquire();
    expect((await again.commit([advance(1, 1, { released: ['a', 'unknown'] })])).held).to.deep.equal([]);
  });

  subject.test('drops a window in which held records were read again when it is finished', async (writer) => {
    const state = await writer.commit([plan(1, 1_000, 1_001, 'trace', { purpose: 'held' }), advance(1, 2), finish(1)]);
    expect(state).to.deep.include({ windows: [], nextWindowId: 2 });
    expect(state.totals).to.deep.equal({ trace: countsOf(2) });
  });

  subject.test(
    'adds the counts of each advance, and keeps the last cursor and the records in flight after it',
    async (writer) => {
      await writer.commit([plan(1, 1_000, 2_000), advance(1, 2, { cursor: 'c2', inFlightAtStop: 7 })]);
      const { windows } = await writer.commit([advance(1, 3, { cursor: 'c5', inFlightAtStop: 4 })]);
      expect(windows[0]).to.deep.include({ cursor: 'c5', inFlightAtStop: 4 });
      expect(windows[0]?.segments).to.deep.equal([{ mapping: 'mapping-1', counts: countsOf(5) }]);
      expect((await writer.commit([advance(1, 1)])).windows[0])
        .to.include({ cursor: 'c5' })
        .and.not.to.have.key('inFlightAtStop');
      const [done] = (await writer.commit([finish(1)])).windows;
      expect(done)
        .to.include({ status: 'done', finishedAt: 6_000 })
        .and.not.to.have.any.keys('cursor', 'inFlightAtStop');
    },
  );

  subject.test('counts each mapping separately', async (writer) => {
    const changes = [plan(1, 1_000, 2_000), advance(1, 2), advance(1, 3, { mapping: 'mapping-2' })];
    const { windows } = await writer.commit(changes);
    expect(windows[0]?.segments).to.deep.equal([
      { mapping: 'mapping-1', counts: countsOf(2) },
      { mapping: 'mapping-2', counts: countsOf(3) },
    ]);
  });

  subject.test('merges finished neighbours under the older id, with the sum of their counts', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), advance(1, 2), finish(1)]);
    const { windows, nextWindowId } = await writer.commit([plan(2, 2_000, 3_000), advance(2, 3), finish(2)]);
    expect(windows).to.have.lengthOf(1);
    expect(windows[0]).to.deep.include({ id: 1, status: 'done' });
    expect(windows[0]?.window).to.deep.include({ from: 1_000, until: 3_000 });
    expect(windows[0]?.segments).to.deep.equal([{ mapping: 'mapping-1', counts: countsOf(5) }]);
    expect(nextWindowId).to.equal(3);
  });

  subject.test('does not merge across a gap, a stream, a mapping, a purpose or an open window', async (writer) => {
    const done = (id: number, planned: StateChange, mapping = 'mapping-1'): readonly StateChange[] => [
      planned,
      advance(id, 1, { mapping }),
      finish(id),
    ];
    const { windows } = await writer.commit([
      ...done(1, plan(1, 1_000, 2_000)),
      ...done(2, plan(2, 2_500, 3_000)),
      ...done(3, plan(3, 2_000, 3_000, 'score')),
      ...done(4, plan(4, 3_000, 4_000), 'mapping-2'),
      ...done(5, plan(5, 4_000, 5_000, 'trace', { purpose: 'replay' }), 'mapping-2'),
      plan(6, 4_000, 5_000),
    ]);
    expect(windows.map(({ id }) => id)).to.deep.equal([1, 2, 3, 4, 5, 6]);
  });

  subject.test('lists a backfilled stream once', async (writer) => {
    await writer.commit([{ type: 'backfilled', stream: 'trace' }]);
    expect((await writer.commit([{ type: 'backfilled', stream: 'trace' }])).backfilled).to.deep.equal(['trace']);
  });

  subject.test('keeps a backfill until it is complete, and remembers who asked for it', async (writer) => {
    const window = plan(1, 0, 1_000, 'trace', { purpose: 'backfill', backfill: 'march' });
    const opened = await writer.commit([
      { type: 'open-backfill', backfill: aBackfill, attribution: anAttribution },
      window,
    ]);
    expect(opened.backfills).to.deep.equal([aBackfill]);
    expect(opened.history).to.deep.equal([
      {
        ...anAttribution,
        what: 'backfill',
        detail: 'trace, score from 1970-01-01T00:00:00.000Z to 1970-01-01T01:00:00.000Z',
      },
    ]);
    expect(await failureOf(writer.commit([{ type: 'close-backfill', id: 'march' }]))).to.be.instanceOf(Error);
    const closed = await writer.commit([finish(1), { type: 'close-backfill', id: 'march' }]);
    expect(closed.backfills).to.deep.equal([]);
    expect(await subject.readElsewhere()).to.deep.equal(closed);
  });

  subject.test('counts by stream, and by day for the last 31 days with any counts', async (writer) => {
    const days = Array.from({ length: 33 }, (_, day) => advance(1, 1, { at: day * 2 * DAY_MS }));
    await writer.commit([plan(1, 1_000, 2_000), plan(2, 1_000, 2_000, 'score'), ...days]);
    const state = await writer.commit([advance(2, 5, { at: 64 * DAY_MS })]);
    expect(state.totals).to.deep.equal({ trace: countsOf(33), score: countsOf(5) });
    expect(state.days).to.have.length(31);
    expect(state.days.at(0)).to.deep.equal({ day: '1970-01-05', streams: { trace: countsOf(1) } });
    expect(state.days.at(-1)).to.deep.equal({ day: '1970-03-06', streams: { trace: countsOf(1), score: countsOf(5) } });
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  subject.test('stores a pause until it is resumed', async (writer) => {
    const pause = { cause: 'quota', message: 'used up', since: 5_000 } as const;
    expect((await writer.commit([{ type: 'pause', pause }])).pause).to.deep.equal(pause);
    expect(await writer.commit([{ type: 'resume' }])).to.deep.equal({ ...EMPTY_STATE, revision: 2 });
  });

  subject.test('stores how the last run ended, and the history, oldest first', async (writer) => {
    const run: LastRun = { at: 9_000, outcome: 'failed', error: 'the disk is full' };
    const entries = (['repair', 'replay'] as const).map((what): HistoryEntry => ({
      ...anAttribution,
      what,
      detail: `a ${what}`,
    }));
    await writer.commit(entries.map((entry) => ({ type: 'remember', entry })));
    await writer.commit([{ type: 'run-ended', run: { at: 8_000, outcome: 'done' } }]);
    await writer.commit([{ type: 'run-ended', run }]);
    const state = await subject.readElsewhere();
    expect(state.lastRun).to.deep.equal(run);
    expect(state.history).to.deep.equal(entries);
  });
}
