import { keySums } from '@sluice/core/source';
import {
  isAccountedFor,
  repairPipeline,
  verifyPipeline,
  type RepairResult,
  type StreamVerification,
  type Verification,
} from '@sluice/core/engine';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, memoryNotes, MINUTE, NOW, notes, type Bench } from './a-pipeline.js';

async function verify({ pipeline, context }: Bench): Promise<Verification> {
  const reading = { ...pipeline, state: pipeline.state.reader(pipeline.name) };
  return verifyPipeline(reading, context, { signal: new AbortController().signal });
}

async function repair({ pipeline, context }: Bench): Promise<RepairResult> {
  return repairPipeline(pipeline, context, { signal: new AbortController().signal, attribution: { by: 'ada@ops-1' } });
}

function ofNotes({ streams: [first] }: Verification): StreamVerification {
  if (first === undefined) throw new Error('nothing was verified');
  return first;
}

/** Two days of notes before the pipeline first ran, and two runs after it, a day apart. */
async function anExportedPipeline(): Promise<Bench> {
  const bench = aPipeline({ records: notes(300) });
  await bench.run();
  for (let index = 0; index < 300; index += 1) {
    bench.source.put('note', aNote(`later-${index}`, NOW + index * 2 * MINUTE, index % 100 === 7 ? null : 'text'));
  }
  bench.runtime.advance(DAY);
  await bench.run();
  return bench;
}

describe('the ledger’s digests', () => {
  it('count every record once, by hour of creation and outcome', async () => {
    const bench = await anExportedPipeline();
    const hour = NOW + HOUR;
    const [digest] = await bench.pipeline.state.reader('notes').digests('note', hour, hour + HOUR);
    const keys = Array.from({ length: 30 }, (_, index) => `later-${index + 30}`);
    expect(digest).to.deep.equal({ hour, delivered: 30, filtered: 0, deadLettered: 0, sums: keySums(keys) });
    const [first] = await bench.pipeline.state.reader('notes').digests('note', NOW, hour);
    expect(first).to.deep.include({ delivered: 29, filtered: 1 });
  });

  it('do not count a changed record twice', async () => {
    const bench = await anExportedPipeline();
    const changed = { ...aNote('later-50', NOW + 100 * MINUTE, 'changed'), updatedAt: NOW + DAY + HOUR };
    bench.source.put('note', changed);
    bench.runtime.advance(3 * HOUR);
    const { report } = await bench.run();
    expect(report.streams['note']?.repeats.changed).to.equal(1);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });
});

describe('verify', () => {
  it('accounts for every record after successful runs', async () => {
    const bench = await anExportedPipeline();
    const verification = await verify(bench);
    expect(isAccountedFor(verification)).to.equal(true);
    expect(ofNotes(verification)).to.deep.include({ sourceRecords: 600, delivered: 597, filtered: 3, deadLettered: 0 });
  });

  it('cannot compare before the first backfill is complete', async () => {
    const stop = new AbortController();
    const bench = aPipeline({
      source: memoryNotes(notes(300), {
        now: () => NOW,
        beforePage: (_, page) => (page > 1 ? stop.abort() : undefined),
      }),
    });
    await bench.run({ signal: stop.signal });
    const verification = await verify(bench);
    expect(isAccountedFor(verification)).to.equal(false);
    expect(ofNotes(verification).reason).to.include('first backfill is not complete');
  });

  it('finds and repairs the hour of a record that became visible too late', async () => {
    const bench = await anExportedPipeline();
    bench.source.put('note', aNote('late', NOW + HOUR + 7 * MINUTE));
    const found = ofNotes(await verify(bench)).differences;
    expect(found).to.deep.equal([{ stream: 'note', hour: NOW + HOUR, source: 31, ledger: 30, kind: 'gap' }]);

    const { outcome, report, after } = await repair(bench);
    expect(outcome).to.equal('done');
    expect(after && isAccountedFor(after)).to.equal(true);
    expect(bench.sink.latest().size).to.equal(598);
    expect(report.streams['note']?.repeats.backfilled).to.equal(31);
    const state = await bench.state();
    expect(state.history.at(-1)).to.deep.include({ what: 'repair', by: 'ada@ops-1' });
  });

  it('finds a record that was deleted from the source and no longer reports it after a repair', async () => {
    const bench = await anExportedPipeline();
    const left = notes(300).filter(({ key }) => key !== 'n000010');
    const before = aPipeline({ source: memoryNotes(left), directory: bench.directory, runtime: bench.runtime });
    expect(ofNotes(await verify(before)).differences.some(({ kind }) => kind === 'surplus')).to.equal(true);
    await repair(before);
    expect(isAccountedFor(await verify(before))).to.equal(true);
  });

  it('finds an hour in which as many records were deleted as arrived late', async () => {
    const bench = aPipeline({ records: notes(120) });
    await bench.run();
    const exchanged = notes(120).map((note) => (note.key === 'n000005' ? { ...note, key: 'other' } : note));
    const after = aPipeline({ source: memoryNotes(exchanged), directory: bench.directory, runtime: bench.runtime });
    expect(ofNotes(await verify(after)).differences.map(({ kind }) => kind)).to.deep.equal(['exchanged']);
  });

  it('accounts for dead letters and filtered records', async () => {
    const records = [...notes(200), aNote('bad', NOW - 5 * HOUR, 'unmappable'), aNote('none', NOW - 5 * HOUR, null)];
    const bench = aPipeline({ records });
    await bench.run();
    const verification = await verify(bench);
    expect(isAccountedFor(verification)).to.equal(true);
    expect(ofNotes(verification)).to.deep.include({ delivered: 200, filtered: 1, deadLettered: 1 });
    expect(verification.openDeadLetters).to.equal(1);
  });

  it('compares only records after the start of the pipeline', async () => {
    const bench = aPipeline({ records: notes(600), start: { kind: 'date', text: '2026-03-10', at: NOW - 6 * HOUR } });
    await bench.run();
    const verification = await verify(bench);
    expect(isAccountedFor(verification)).to.equal(true);
    expect(ofNotes(verification).sourceRecords).to.equal(180);
  });

  it('does not move a cursor with a repair, so the next run is unaffected', async () => {
    const bench = await anExportedPipeline();
    const following = (await bench.state()).windows.filter(({ purpose }) => purpose === 'following');
    bench.source.put('note', aNote('late', NOW + HOUR + 7 * MINUTE));
    await repair(bench);
    expect((await bench.state()).windows.filter(({ purpose }) => purpose === 'following')).to.deep.equal(following);
    bench.runtime.advance(HOUR);
    expect((await bench.run()).outcome).to.equal('done');
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });
});
