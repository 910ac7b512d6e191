import { ConfigError, RefusedError } from '@sluice/core/adapter';
import { StateError } from '@sluice/core/state';
import {
  acceptChanges,
  planAcceptance,
  planRewind,
  rewindPipeline,
  stateOverview,
  type RewindRequest,
} from '@sluice/core/engine';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, HOUR, memoryNotes, MINUTE, NOW, notes, type Bench } from './a-pipeline.js';

const BY = 'ada@ops-1';

function readerOf({ pipeline }: Bench) {
  return pipeline.state.reader(pipeline.name);
}

async function rewind(bench: Bench, request: RewindRequest) {
  const { pipeline, runtime } = bench;
  const plan = await planRewind(pipeline.name, readerOf(bench), request);
  await rewindPipeline(pipeline.name, pipeline.state, plan, { at: runtime.now(), by: BY, why: 'a test' });
  return plan;
}

async function acceptBinding(bench: Bench) {
  const { pipeline, context, runtime } = bench;
  const acceptance = await planAcceptance(pipeline, readerOf(bench));
  const attribution = { at: runtime.now(), by: BY };
  await acceptChanges(pipeline, context, { acceptance, attribution, signal: new AbortController().signal });
  return acceptance;
}

async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was expected to fail');
}

/** Followed for ten hours, one note in each. */
async function aFollowedPipeline(directory = aStateDirectory()): Promise<Bench> {
  const bench = aPipeline({ directory, records: notes(10) });
  await bench.run();
  for (let hour = 1; hour <= 10; hour += 1) {
    bench.source.put('note', aNote(`h${hour}`, bench.runtime.now() + MINUTE));
    bench.runtime.advance(HOUR);
    await bench.run();
  }
  return bench;
}

describe('a state that does not match the pipeline file', () => {
  it('stops the run with a message that lists every option', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const bench = aPipeline({ directory, source: memoryNotes(notes(3), { now: () => NOW, name: 'other' }) });
    const { failure } = await bench.run();
    expect(failure).to.be.instanceOf(ConfigError);
    for (const way of ['undo', 'sluice state accept', 'rewind --to start', 'rename the pipeline', 'sluice backfill']) {
      expect(failure?.message).to.contain(way);
    }
  });

  it('continues from the cursor after the change is accepted', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const other = memoryNotes(notes(10), { now: () => NOW + 2 * HOUR, name: 'other' });
    other.put('note', aNote('new', NOW + MINUTE));
    const bench = aPipeline({ directory, source: other, sink: recordingSink({ destination: 'elsewhere' }) });
    const { differences } = await acceptBinding(bench);
    expect(differences.map(({ what }) => what)).to.deep.equal(['source', 'sink']);
    expect((await bench.run()).outcome).to.equal('done');
    expect(bench.sink.accepted.map(({ id }) => id)).to.deep.equal(['new']);
    const [entry] = (await bench.state()).history;
    expect(entry).to.include({ what: 'accept', by: BY });
    expect(entry?.detail).to.contain('memory source other');
  });

  it('exports everything again after a rewind to the start', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const bench = aPipeline({ directory, source: memoryNotes(notes(20), { now: () => NOW, name: 'other' }) });
    const plan = await rewind(bench, { to: 'start' });
    expect(plan.streams).to.deep.equal([{ stream: 'note', windows: 1, records: 10 }]);
    expect((await bench.run()).outcome).to.equal('done');
    expect(bench.sink.latest().size).to.equal(20);
  });

  it('exports from the new start after a rewind to the start', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const at = NOW - 3 * HOUR - 5 * MINUTE;
    const start = { kind: 'date', text: new Date(at).toISOString(), at } as const;
    const bench = aPipeline({ directory, records: notes(10), start });
    expect((await bench.run()).failure).to.be.instanceOf(ConfigError);
    await rewind(bench, { to: 'start' });
    await bench.run();
    expect(bench.sink.latest().size).to.equal(5);
  });
});

describe('accepting a change', () => {
  it('is refused before anything was delivered, because the next run plans again anyway', async () => {
    const bench = aPipeline();
    await bench.run();
    const failure = await failureOf(planAcceptance(bench.pipeline, readerOf(bench)));
    expect(failure).to.be.instanceOf(ConfigError);
    expect(failure.message).to.contain('delivered nothing yet');
  });

  it('finds no difference if nothing has changed', async () => {
    const bench = aPipeline({ records: notes(10) });
    await bench.run();
    expect((await planAcceptance(bench.pipeline, readerOf(bench))).differences).to.deep.equal([]);
  });

  it('changes nothing when the destination refuses the new key', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const sink = recordingSink({
      destination: 'elsewhere',
      onOpen: () => {
        throw new RefusedError('credentials', 'the key is unknown');
      },
    });
    const bench = aPipeline({ directory, records: notes(10), sink });
    expect(await failureOf(acceptBinding(bench))).to.be.instanceOf(RefusedError);
    expect((await bench.state()).binding?.sink?.description).to.equal('recording sink memory');
  });

  it('is refused when the state has changed since the differences were shown', async () => {
    const bench = aPipeline({ records: notes(10) });
    await bench.run();
    const { pipeline, context } = bench;
    const acceptance = await planAcceptance(pipeline, readerOf(bench));
    await bench.run();
    const attribution = { at: NOW, by: BY };
    const options = { acceptance, attribution, signal: new AbortController().signal };
    expect(await failureOf(acceptChanges(pipeline, context, options))).to.be.instanceOf(StateError);
  });
});

describe('rewinding', () => {
  it('exports again what was created since the full hour and records who did it and why', async () => {
    const bench = await aFollowedPipeline();
    const before = bench.sink.accepted.length;
    const to = NOW + 6 * HOUR + 20 * MINUTE;
    const plan = await rewind(bench, { to });
    expect(plan.to).to.equal(NOW + 6 * HOUR);
    expect(plan.streams).to.have.length(1);
    expect(plan.streams[0]).to.include({ from: NOW + 6 * HOUR, until: NOW + 10 * HOUR - 30 * MINUTE, records: 4 });
    await bench.run();
    const again = bench.sink.accepted.slice(before).map(({ id }) => id);
    expect(again).to.include.members(['h7', 'h8', 'h9', 'h10']).and.not.to.include('h5');
    expect(bench.sink.latest().size).to.equal(20);
    expect((await bench.state()).history.at(-1)).to.include({ what: 'rewind', by: BY, why: 'a test' });
  });

  it('restores the digests with the next run', async () => {
    const bench = await aFollowedPipeline();
    const hours = () => readerOf(bench).digests('note', 0, Number.POSITIVE_INFINITY);
    const before = await hours();
    await rewind(bench, { to: NOW + 4 * HOUR });
    expect((await hours()).length).to.be.lessThan(before.length);
    await bench.run();
    expect(await hours()).to.deep.equal(before);
  });

  it('goes back no further than the handover and names the alternatives', async () => {
    const bench = await aFollowedPipeline();
    const failure = await failureOf(planRewind('notes', readerOf(bench), { to: NOW - 5 * HOUR }));
    expect(failure).to.be.instanceOf(ConfigError);
    expect(failure.message).to.contain('2026-03-10T12:00:00.000Z').and.to.contain('sluice backfill');
  });

  it('is refused when there is nothing to rewind', async () => {
    const bench = await aFollowedPipeline();
    const late = await failureOf(planRewind('notes', readerOf(bench), { to: NOW + 20 * HOUR }));
    expect(late.message).to.contain('nothing to rewind');
    const never = await failureOf(planRewind('notes', readerOf(aPipeline()), { to: 'start' }));
    expect(never.message).to.contain('exported nothing yet');
  });

  it('is refused while another process has the lease, and names that process', async () => {
    const bench = await aFollowedPipeline();
    const plan = await planRewind('notes', readerOf(bench), { to: 'start' });
    const writer = await bench.pipeline.state.acquire('notes');
    try {
      const failure = await failureOf(rewindPipeline('notes', bench.pipeline.state, plan, { at: NOW, by: BY }));
      expect(failure).to.be.instanceOf(StateError);
      expect(failure.message).to.contain(`process ${process.pid}`);
    } finally {
      await writer.release();
    }
  });

  it('to the start drops open dead letters, tells how many, and keeps the totals', async () => {
    const bench = aPipeline({ records: [...notes(200), aNote('bad', NOW - 4 * HOUR, 'unmappable')] });
    await bench.run();
    const plan = await rewind(bench, { to: 'start' });
    expect(plan.droppedDeadLetters).to.equal(1);
    expect(await bench.deadLetters()).to.deep.equal([]);
    await bench.run();
    expect(await bench.deadLetters()).to.have.length(1);
    expect((await bench.state()).totals['note']?.read).to.equal(402);
  });
});

describe('the overview of a state', () => {
  it('shows the position of every stream, the binding and what the ledger accounts for', async () => {
    const bench = await aFollowedPipeline();
    const overview = await stateOverview(readerOf(bench));
    expect(overview.binding?.handover).to.equal(NOW - 30 * MINUTE);
    const [stream] = overview.streams;
    expect(stream).to.include({ stream: 'note', followedUntil: NOW + 10 * HOUR - 30 * MINUTE });
    expect(stream?.firstBackfill.isComplete).to.equal(true);
    expect(stream?.digests?.records).to.equal(20);
    expect(stream?.countsByMapping['notes-1']?.read).to.be.least(20);
    expect(stream?.openWindows).to.deep.equal([]);
  });

  it('shows an open window with its cursor and who has the lease', async () => {
    const bench = aPipeline({
      records: notes(300),
      sink: recordingSink({
        answer: (_, number) => {
          if (number === 3) throw new RefusedError('quota', 'no quota left');
          return undefined;
        },
        limits: { maxRequestsInFlight: 1 },
      }),
    });
    await bench.run();
    const writer = await bench.pipeline.state.acquire('notes');
    const overview = await stateOverview(readerOf(bench));
    await writer.release();
    expect(overview.holder?.pid).to.equal(process.pid);
    expect(overview.pause?.cause).to.equal('quota');
    expect(overview.streams[0]?.openWindows[0]?.cursor).to.be.a('string');
    expect(overview.streams[0]?.firstBackfill.isComplete).to.equal(false);
  });
});
