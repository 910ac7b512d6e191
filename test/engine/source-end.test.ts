import type { SourceEnd } from '@sluice/core/source';
import { manualRuntime } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, memoryNotes, MINUTE, NOW, notes, type Bench } from './a-pipeline.js';

describe('a source that has ended', () => {
  const NEWEST = NOW - 2 * HOUR;
  let end: SourceEnd | undefined;
  let bench: Bench;

  beforeEach(() => {
    end = undefined;
    const runtime = manualRuntime({ startAt: NOW });
    const records = [...notes(10), aNote('newest', NEWEST)];
    bench = aPipeline({ runtime, source: memoryNotes(records, { now: () => runtime.now(), ended: () => end }) });
  });

  function said(): readonly unknown[] {
    return bench.logger.lines.map(({ message }) => message).filter((message) => message.includes('has ended'));
  }

  it('is exported up to its newest record, and the run reports the end once', async () => {
    end = { newest: NEWEST };
    const { outcome, report } = await bench.run();
    expect(outcome).to.equal('done');
    expect(bench.sink.latest().size).to.equal(11);
    expect(report.sourceEnded).to.equal(true);
    expect(said()).to.deep.equal(['the source has ended and everything in it was exported']);
  });

  it('is not reported while the source is live', async () => {
    expect((await bench.run()).report.sourceEnded).to.equal(undefined);
    expect(said()).to.deep.equal([]);
  });

  it('is followed to changes after its newest record', async () => {
    await bench.run();
    bench.runtime.advance(HOUR);
    await bench.run();
    bench.source.put('note', { ...aNote('newest', NEWEST, 'changed'), updatedAt: NOW + HOUR });
    end = { newest: NEWEST };
    bench.runtime.advance(3 * HOUR);
    await bench.run();
    expect(bench.sink.accepted.at(-1)).to.include({ id: 'newest', text: 'changed' });
  });

  it('needs no more work once its newest record is older than revisit, and later runs report the end too', async () => {
    end = { newest: NEWEST };
    await bench.run();
    bench.runtime.advance(2 * DAY);
    await bench.run();
    const sends = bench.sink.sends.length;
    bench.runtime.advance(DAY);
    const { report } = await bench.run();
    expect(report).to.include({ windows: 0, sourceEnded: true });
    expect(bench.sink.sends).to.have.length(sends);
    expect(said()).to.have.length(3);
  });

  it('is not reported before its newest records have settled', async () => {
    bench.source.put('note', aNote('young', NOW - MINUTE));
    end = { newest: NOW - MINUTE };
    const { report } = await bench.run();
    expect(report.sourceEnded).to.equal(undefined);
    expect(said()).to.deep.equal([
      'the source has ended; the next run exports its newest records, which have not settled yet',
    ]);
    bench.runtime.advance(HOUR);
    expect((await bench.run()).report.sourceEnded).to.equal(true);
    expect(bench.sink.latest().size).to.equal(12);
  });
});
