import {
  discardDeadLetters,
  previewPipeline,
  replayDeadLetters,
  type Preview,
  type RecordFate,
} from '@sluice/core/engine';
import { ConfigError, RefusedError } from '@sluice/core/adapter';
import type { Source } from '@sluice/core/source';
import { recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, memoryNotes, MINUTE, NOW, type Bench } from './a-pipeline.js';

const RECORDS = [aNote('old', NOW - 40 * DAY), aNote('new', NOW - 2 * HOUR), aNote('young', NOW - 10 * MINUTE)];

function preview(
  { pipeline, context }: Bench,
  options: { key?: string; keyStreams?: readonly string[]; limit?: number },
): Promise<Preview> {
  const state = pipeline.state.reader('notes');
  const { signal } = new AbortController();
  return previewPipeline({ ...pipeline, state }, context, { limit: 5, signal, ...options });
}

async function fateOf(bench: Bench, key: string): Promise<RecordFate | undefined> {
  const { records } = await preview(bench, { key });
  expect(records.map((each) => each.key)).to.deep.equal([key]);
  return records[0]?.fate;
}

describe('what has become of a record', () => {
  it('is nothing before the first run', async () => {
    expect(await fateOf(aPipeline({ records: RECORDS }), 'old')).to.deep.equal({ kind: 'not-started' });
  });

  it('is the window that exported it, and the counts of its hour', async () => {
    const bench = aPipeline({ records: RECORDS });
    await bench.run();
    const fate = await fateOf(bench, 'new');
    expect(fate).to.deep.include({ kind: 'exported' });
    if (fate?.kind !== 'exported') return;
    expect(fate.window?.purpose).to.equal('first-backfill');
    expect(fate.hour).to.include({ hour: NOW - 2 * HOUR, delivered: 1 });
  });

  it('is to wait while it is younger than settle, and until its window was read', async () => {
    const bench = aPipeline({ records: RECORDS });
    await bench.run();
    expect(await fateOf(bench, 'young')).to.deep.equal({ kind: 'not-due', due: NOW + 20 * MINUTE });
    bench.runtime.advance(HOUR);
    expect(await fateOf(bench, 'young')).to.deep.equal({ kind: 'waiting', until: NOW - 30 * MINUTE });
  });

  it('is nothing when it happened before the start', async () => {
    const start = { kind: 'date', at: NOW - DAY, text: 'a date' } as const;
    const bench = aPipeline({ records: RECORDS, start });
    await bench.run();
    expect(await fateOf(bench, 'old')).to.deep.equal({ kind: 'before-start', start: NOW - DAY });
  });

  it('is a dead letter', async () => {
    const answer = () => ({ outcomes: [{ kind: 'rejected', reason: 'invalid-event', detail: 'no' } as const] });
    const sink = recordingSink({ limits: { maxEventsPerRequest: 1 }, answer });
    const bench = aPipeline({ records: RECORDS, sink, delivery: { maxDeadLetterShare: 1 } });
    await bench.run();
    const fate = await fateOf(bench, 'new');
    expect(fate).to.have.nested.property('letter.reason', 'invalid-event');
  });

  it('is a dead letter that a replay delivered, or that was discarded', async () => {
    let isMended = false;
    const dead = { kind: 'rejected', reason: 'invalid-event', detail: 'no' } as const;
    const answer = () => ({ outcomes: [isMended ? ({ kind: 'accepted', assurance: 'event' } as const) : dead] });
    const sink = recordingSink({ limits: { maxEventsPerRequest: 1 }, answer });
    const bench = aPipeline({ records: RECORDS, sink, delivery: { maxDeadLetterShare: 1 } });
    await bench.run();
    const { pipeline, context, runtime } = bench;
    isMended = true;
    runtime.advance(HOUR);
    const { signal } = new AbortController();
    const wanted = ({ key }: { readonly key: string }) => key === 'new';
    await replayDeadLetters(pipeline, context, { wanted, attribution: { by: 'ada' }, signal });
    const was = { stream: 'note', reason: 'invalid-event', at: NOW + HOUR };
    expect(await fateOf(bench, 'new')).to.deep.equal({
      kind: 'closed-dead-letter',
      letter: { ...was, key: 'new', how: 'replayed' },
    });
    const ids = (await bench.deadLetters()).map(({ id }) => id);
    await discardDeadLetters(pipeline.state, 'notes', ids, { by: 'ada', at: NOW + HOUR });
    expect(await fateOf(bench, 'old')).to.deep.equal({
      kind: 'closed-dead-letter',
      letter: { ...was, key: 'old', how: 'discarded' },
    });
  });

  it('is to wait when a run stopped before it', async () => {
    const answer = () => {
      throw new RefusedError('credentials', 'no');
    };
    const bench = aPipeline({ records: RECORDS, sink: recordingSink({ answer }) });
    await bench.run();
    expect(await fateOf(bench, 'old')).to.deep.equal({ kind: 'waiting' });
  });

  it('is asked of a key that exists', async () => {
    const error: unknown = await preview(aPipeline({ records: RECORDS }), { key: 'nope' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error)
      .to.be.instanceOf(ConfigError)
      .with.property('message')
      .that.matches(/has a record with the key nope/u);
  });
});

describe('the records that belong to a key', () => {
  const related: NonNullable<Source['related']> = async ({ key, stream, limit }) => {
    const keys = key === 'all' || key === 'old' ? ['new', 'old', 'young'] : [];
    return stream === 'book' || stream === undefined
      ? [{ stream: 'note', keys: keys.slice(0, limit), total: keys.length }]
      : [];
  };
  const aShelf = () => aPipeline({ source: { ...memoryNotes(RECORDS, { now: () => NOW }), related } });

  it('come after the record itself, in the order of the source, each with its event and its fate', async () => {
    const bench = aShelf();
    await bench.run();
    const { records, more } = await preview(bench, { key: 'old' });
    expect(records.map(({ key, events, fate }) => [key, events, fate?.kind])).to.deep.equal([
      ['old', ['note'], 'exported'],
      ['new', ['note'], 'exported'],
      ['young', ['note'], 'not-due'],
    ]);
    expect(more).to.deep.equal([]);
  });

  it('are as many as are wanted, with the number of the others', async () => {
    const { records, more } = await preview(aShelf(), { key: 'all', limit: 1 });
    expect(records.map(({ key }) => key)).to.deep.equal(['new']);
    expect(more).to.deep.equal([{ stream: 'note', count: 2 }]);
  });

  it('are found by the key of a stream that the mapping does not read', async () => {
    const { records } = await preview(aShelf(), { key: 'old', keyStreams: ['book'], limit: 1 });
    expect(records.map(({ key }) => key)).to.deep.equal(['new']);
  });

  it('come after the record of any stream that may have it', async () => {
    const { records } = await preview(aShelf(), { key: 'old', keyStreams: ['book', 'note'], limit: 1 });
    expect(records.map(({ key }) => key)).to.deep.equal(['old', 'new']);
  });
});

describe('a preview', () => {
  it('has the newest events first, as many as are wanted, each with its record', async () => {
    const { records, requests } = await preview(aPipeline({ records: RECORDS }), { limit: 2 });
    expect(records.map(({ key }) => key)).to.deep.equal(['young', 'new']);
    expect(records[0]?.record).to.have.property('id', 'young');
    expect(requests).to.have.length(1);
  });
});
