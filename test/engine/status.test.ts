import { RefusedError } from '@sluice/core/adapter';
import type { LeaseHolder } from '@sluice/core/state';
import { pipelineStatus, type PipelineStatus, type StatusInputs } from '@sluice/core/engine';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, MINUTE, NOW, notes, type Bench } from './a-pipeline.js';

const hourly = (after: number) => (Math.floor(after / HOUR) + 1) * HOUR;
const HOLDER: LeaseHolder = { pid: 4711, host: 'ops-1', since: NOW };

async function statusOf(bench: Bench, inputs: Partial<StatusInputs> = {}): Promise<PipelineStatus> {
  const { settleMs, revisitMs } = bench.pipeline;
  const now = bench.runtime.now();
  return pipelineStatus(await bench.state(), {
    streams: ['note'],
    settleMs,
    revisitMs,
    now,
    sourceNow: now,
    nextRun: hourly,
    ...inputs,
  });
}

async function anExported(): Promise<Bench> {
  const bench = aPipeline({ records: notes(300) });
  await bench.run();
  return bench;
}

describe('the status of a pipeline', () => {
  it('is healthy after a run, with position, counts, and the next run', async () => {
    const bench = await anExported();
    const status = await statusOf(bench);
    expect(status).to.deep.include({ health: 'healthy', troubles: [], lagMs: 0, followedUntil: NOW - 30 * MINUTE });
    expect(status.nextRun).to.equal(NOW + HOUR);
    expect(status.streams).to.have.length(1);
    expect(status.streams[0]).to.deep.include({ stream: 'note', isBackfilled: true });
    expect(status.streams[0]?.counts.accepted).to.equal(300);
    expect(status.streams[0]?.today.accepted).to.equal(300);
  });

  it('counts only today as today', async () => {
    const bench = await anExported();
    bench.source.put('note', aNote('new', NOW + HOUR));
    bench.runtime.advance(DAY);
    await bench.run();
    const [note] = (await statusOf(bench)).streams;
    expect([note?.today.accepted, note?.counts.accepted]).to.deep.equal([1, 301]);
  });

  it('measures the lag and is unhealthy after two missed runs', async () => {
    const bench = await anExported();
    bench.runtime.advance(HOUR + 59 * MINUTE);
    expect(await statusOf(bench)).to.include({ health: 'healthy', lagMs: HOUR + 59 * MINUTE });
    bench.runtime.advance(MINUTE);
    const { health, troubles } = await statusOf(bench);
    expect(health).to.equal('unhealthy');
    expect(troubles[0]).to.contain('7200 s behind');
  });

  it('stays healthy at night when the schedule has no runs', async () => {
    const bench = await anExported();
    bench.runtime.advance(11 * HOUR);
    const daily = (after: number) => (Math.floor(after / DAY) + 1) * DAY;
    expect((await statusOf(bench, { nextRun: daily })).health).to.equal('healthy');
  });

  it('is unhealthy above the given lag', async () => {
    const bench = await anExported();
    bench.runtime.advance(10 * MINUTE);
    expect((await statusOf(bench, { maxLagMs: 10 * MINUTE })).health).to.equal('healthy');
    expect((await statusOf(bench, { maxLagMs: 9 * MINUTE })).health).to.equal('unhealthy');
  });

  it('uses the local clock when the source does not answer', async () => {
    const bench = await anExported();
    const { sourceNow: _, ...rest } = { sourceNow: 0, now: NOW + 5 * MINUTE };
    const status = pipelineStatus(await bench.state(), {
      streams: ['note'],
      settleMs: bench.pipeline.settleMs,
      revisitMs: DAY,
      nextRun: hourly,
      ...rest,
    });
    expect(status.lagMs).to.equal(5 * MINUTE);
  });

  it('is never behind a source that has ended', async () => {
    const bench = await anExported();
    bench.runtime.advance(2 * DAY);
    await bench.run();
    const sourceEnd = { newest: NOW - 3 * HOUR };
    bench.runtime.advance(10 * DAY);
    expect(await statusOf(bench, { sourceEnd })).to.include({ health: 'healthy', lagMs: 0 });
  });

  it('is unhealthy before the first run', async () => {
    const status = await statusOf(aPipeline());
    expect(status.health).to.equal('unhealthy');
    expect(status.troubles[0]).to.contain('nothing has been exported yet');
    expect(status).not.to.have.property('lagMs');
  });

  it('is unhealthy while paused and tells what happened and when', async () => {
    const sink = recordingSink({
      answer: () => {
        throw new RefusedError('quota', 'the quota is used up: raise it');
      },
    });
    const bench = aPipeline({ records: notes(10), sink });
    await bench.run();
    const { health, troubles, pause } = await statusOf(bench);
    expect(health).to.equal('unhealthy');
    expect(pause?.cause).to.equal('quota');
    expect(troubles[0]).to.contain('raise it').and.to.contain('2026-03-10T12:00');
  });

  it('reports open dead letters unless it is unhealthy', async () => {
    const bench = aPipeline({ records: [...notes(200), aNote('bad', NOW - 4 * HOUR, 'unmappable')] });
    await bench.run();
    expect(await statusOf(bench)).to.include({ health: 'dead-letters', openDeadLetters: 1 });
    bench.runtime.advance(DAY);
    expect((await statusOf(bench)).health).to.equal('unhealthy');
  });

  it('says how far a first backfill is, and promises nothing that was not sent', async () => {
    const bench = await anInterrupted();
    bench.runtime.advance(5 * HOUR);
    const rest = new Map([['note', 1500]]);
    const status = await statusOf(bench, { holder: HOLDER, rest });
    expect(status).to.include({ health: 'healthy', firstBackfill: 'running' });
    expect(status).not.to.have.any.keys('followedUntil', 'lagMs');
    const [note] = status.streams;
    expect(note).not.to.have.property('followedUntil');
    const records = note?.firstBackfill?.records ?? 0;
    expect(records).to.be.within(1, 2999);
    expect(note).to.deep.include({ isBackfilled: false, firstBackfill: { records, expectedRecords: records + 1500 } });
  });

  it('is unhealthy when nobody works on a first backfill that is not complete, and says what to type', async () => {
    const bench = await anInterrupted();
    const { health, firstBackfill, troubles } = await statusOf(bench, { file: 'notes.yaml' });
    expect([health, firstBackfill]).to.deep.equal(['unhealthy', 'interrupted']);
    expect(troubles).to.deep.equal([
      'the first backfill of note is not complete, and no process is working on it; continue it with `sluice run notes.yaml`',
    ]);
    await bench.run();
    expect(await statusOf(bench))
      .to.include({ health: 'healthy', lagMs: 0 })
      .and.not.to.have.property('firstBackfill');
  });

  it('says up to when a first backfill has exported by event time', async () => {
    const bench = await anInterrupted({ maxWindowMs: HOUR });
    const [note] = (await statusOf(bench)).streams;
    expect(note?.firstBackfill?.exportedUntil).to.be.within(NOW - 4 * DAY, NOW - DAY);
  });
});

/** Stopped after some requests of its first backfill. */
async function anInterrupted(options: { readonly maxWindowMs?: number } = {}): Promise<Bench> {
  const controller = new AbortController();
  const sink = recordingSink({
    answer: (_, number) => {
      if (number === 2) controller.abort(new Error('stopped'));
      return undefined;
    },
  });
  const bench = aPipeline({ records: notes(3000), sink, ...options });
  await bench.run({ signal: controller.signal });
  return bench;
}
