import { ConfigError, TransientError } from '@sluice/core/adapter';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, aStateDirectory, DAY, HOUR, memoryNotes, MINUTE, NOW, notes } from './a-pipeline.js';

describe('the windows of a pipeline', () => {
  it('cover history and following from the handover, with every record once', async () => {
    const bench = aPipeline({ records: notes(5000) });
    const { outcome, report } = await bench.run();
    expect(outcome).to.equal('done');
    expect(bench.sink.accepted).to.have.length(5000);
    expect(bench.sink.latest().size).to.equal(5000);
    expect(report.streams['note']).to.include({ read: 5000, mapped: 5000, accepted: 5000 });
  });

  it('leave nothing for a second run to send', async () => {
    const bench = aPipeline({ records: notes(300) });
    await bench.run();
    const sent = bench.sink.sends.length;
    bench.runtime.advance(HOUR);
    const { report } = await bench.run();
    expect(bench.sink.sends.length).to.equal(sent);
    expect(report.streams['note']?.read).to.equal(0);
  });

  it('fix the handover before the first read, so a record that arrives meanwhile is in the next window', async () => {
    const late = aNote('late', NOW - 10 * MINUTE);
    const source = memoryNotes(notes(10), {
      now: () => NOW,
      beforePage: () => source.put('note', late),
    });
    const bench = aPipeline({ source });
    await bench.run();
    const { binding } = await bench.state();
    expect(binding?.handover).to.equal(NOW - 30 * MINUTE);
    expect(bench.sink.accepted.map(({ id }) => id)).not.to.include('late');
  });

  it('follow from the handover however long the backfill took', async () => {
    let now = NOW;
    const source = memoryNotes(notes(10), {
      now: () => now,
      beforePage: () => {
        source.put('note', aNote('late', NOW - 10 * MINUTE));
        now = NOW + 5 * HOUR;
      },
    });
    const bench = aPipeline({ source });
    await bench.run();
    await bench.run();
    expect(bench.sink.accepted.filter(({ id }) => id === 'late')).to.have.length(1);
  });

  it('resend a changed record with its latest content and count it as changed', async () => {
    const bench = aPipeline({ records: notes(10) });
    await bench.run();
    bench.source.put('note', { ...aNote('n000004', NOW - 3 * HOUR - 6 * MINUTE, 'new'), updatedAt: NOW + MINUTE });
    bench.runtime.advance(2 * HOUR);
    const { report } = await bench.run();
    expect(report.streams['note']?.repeats.changed).to.equal(1);
    expect(bench.sink.accepted.at(-1)).to.include({ id: 'n000004', text: 'new' });
    expect(bench.sink.latest().size).to.equal(10);
  });

  it('are few for records dated 1970 and 9999', async () => {
    const records = [
      { ...aNote('old', NOW - 5 * HOUR), eventTime: 0 },
      ...notes(3),
      { ...aNote('future', NOW - 4 * HOUR), eventTime: Date.UTC(9999, 11, 31) },
    ];
    const bench = aPipeline({ records });
    const { report } = await bench.run();
    expect(bench.sink.latest().size).to.equal(5);
    expect(report.windows).to.be.lessThan(10);
  });

  it('are few for a sparse history, and one for a record after a gap', async () => {
    const records = Array.from({ length: 1000 }, (_, day) => aNote(`d${day}`, NOW - HOUR - (1000 - day) * DAY));
    const bench = aPipeline({ records, maxWindowMs: 365 * DAY });
    const { report } = await bench.run();
    expect(bench.sink.latest().size).to.equal(1000);
    expect(report.windows).to.be.lessThan(8);
  });

  it('begin at the start of the pipeline', async () => {
    const at = NOW - 3 * HOUR - 5 * MINUTE;
    const bench = aPipeline({ records: notes(10), start: { kind: 'date', text: new Date(at).toISOString(), at } });
    await bench.run();
    expect(bench.sink.latest().size).to.equal(5);
  });

  it('contain no history with start: now', async () => {
    const bench = aPipeline({ records: notes(10), start: { kind: 'now', text: 'now' } });
    await bench.run();
    bench.source.put('note', aNote('new', NOW + MINUTE));
    bench.runtime.advance(2 * HOUR);
    await bench.run();
    expect(bench.sink.accepted.map(({ id }) => id)).to.deep.equal(['new']);
  });

  it('merge in the ledger so that it stays small', async () => {
    const bench = aPipeline({ records: notes(30 * 24 * 60), maxWindowMs: DAY });
    await bench.run();
    for (let hour = 0; hour < 10; hour += 1) {
      bench.runtime.advance(HOUR);
      await bench.run();
    }
    expect((await bench.state()).windows).to.have.length.lessThan(4);
  });

  it('are planned again when the source is corrected before anything was accepted', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, source: memoryNotes([], { now: () => NOW, name: 'wrong' }) }).run();
    const bench = aPipeline({ directory, records: notes(10) });
    expect((await bench.run()).outcome).to.equal('done');
    expect(bench.sink.latest().size).to.equal(10);
  });

  it('are refused when the source has changed after something was accepted', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const bench = aPipeline({ directory, source: memoryNotes(notes(3), { now: () => NOW, name: 'other' }) });
    const { failure } = await bench.run();
    expect(failure).to.be.instanceOf(ConfigError);
    expect(failure?.message).to.contain('memory source other').and.to.contain('rename the pipeline');
    expect(bench.sink.sends).to.deep.equal([]);
  });

  it('are refused with advice from the source when the source has changed', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const other = memoryNotes(notes(3), { now: () => NOW, name: 'other' });
    const { identity } = other;
    other.identity = () => ({ ...identity(), whenChanged: 'A notebook that was added has a past' });
    const { failure } = await aPipeline({ directory, source: other }).run();
    expect(failure?.message).to.match(/empty state\nA notebook that was added has a past$/);
  });

  it('are refused when the destination has changed after something was accepted', async () => {
    const directory = aStateDirectory();
    await aPipeline({ directory, records: notes(10) }).run();
    const bench = aPipeline({ directory, records: notes(10), sink: recordingSink({ destination: 'other' }) });
    expect((await bench.run()).failure).to.be.instanceOf(ConfigError);
  });

  it('release the lease even if the sink cannot be closed', async () => {
    const sink = recordingSink();
    sink.close = async () => {
      throw new Error('the disk is full');
    };
    const bench = aPipeline({ records: notes(10), sink });
    expect(await bench.run().catch((error: unknown) => String(error))).to.contain('the disk is full');
    const writer = await bench.pipeline.state.acquire('notes');
    await writer.release();
    expect((await bench.state()).lastRun?.outcome).to.equal('done');
  });

  it('continue after the last page when the source fails transiently', async () => {
    let failures = 0;
    const source = memoryNotes(notes(500), {
      now: () => NOW,
      beforePage: () => {
        failures += 1;
        if (failures % 3 === 0) throw new TransientError('connection lost');
      },
    });
    const bench = aPipeline({ source });
    expect((await bench.run()).outcome).to.equal('done');
    expect(bench.sink.accepted).to.have.length(500);
    expect(bench.runtime.sleepsMs.length).to.be.greaterThan(0);
  });
});
