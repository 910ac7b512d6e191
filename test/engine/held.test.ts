import type { Mapper } from '@sluice/core/config';
import {
  backfillPipeline,
  isAccountedFor,
  pipelineStatus,
  planRewind,
  previewPipeline,
  replayDeadLetters,
  rewindPipeline,
  verifyPipeline,
} from '@sluice/core/engine';
import { NO_COUNTS } from '@sluice/core/state';
import { expect } from 'chai';
import { recordingSink, type RecordingSink } from '@sluice/testkit';
import { aNote, aPipeline, DAY, HOUR, memoryNotes, MINUTE, NOW, type Bench } from './a-pipeline.js';

const WAIT = 6 * HOUR;

/** A note is final when its text does not begin with `open`. */
const holdingMapper: Mapper = {
  events: [],
  hash: 'notes-held',
  streams: [
    {
      stream: 'note',
      fields: [{ field: 'id' }, { field: 'text' }],
      holds: true,
      map: ([id, text]) => {
        if (text === null) return { kind: 'filtered', rule: 'note: text == null' };
        if (text === 'unmappable') return { kind: 'failed', reason: 'cannot be mapped', at: 'notes.yaml:1:1' };
        const uuid = `00000000-0000-5000-8000-${Buffer.from(String(id)).toString('hex').padStart(12, '0')}`;
        const events = [{ event: 'note', uuid, id: id ?? null, text: text ?? null }];
        return { kind: 'events', events, ...(String(text).startsWith('open') && { heldForMs: WAIT }) };
      },
    },
  ],
};

function aHoldingPipeline(parts: Parameters<typeof aPipeline>[0] = {}): Bench {
  return aPipeline({ mapper: holdingMapper, revisitMs: 0, ...parts });
}

function textsOf({ sink }: Bench): readonly unknown[] {
  return sink.accepted.map(({ text }) => text);
}

async function heldKeys(bench: Bench): Promise<readonly string[]> {
  return (await bench.state()).held.map(({ key }) => key);
}

async function verify({ pipeline, context }: Bench) {
  const reading = { ...pipeline, state: pipeline.state.reader(pipeline.name) };
  return verifyPipeline(reading, context, { signal: new AbortController().signal });
}

/** The first run, then a note that is not final, and a run that holds it. */
async function aHeldNote(parts: Parameters<typeof aPipeline>[0] = {}): Promise<Bench> {
  const bench = aHoldingPipeline(parts);
  await bench.run();
  bench.source.put('note', aNote('a', NOW, 'open'));
  bench.runtime.advance(HOUR);
  const { report } = await bench.run();
  expect(report.streams['note']).to.include({ read: 1, held: 1, mapped: 0, produced: 0 });
  expect(report.held).to.equal(1);
  expect(textsOf(bench)).to.deep.equal([]);
  expect((await bench.state()).held).to.deep.equal([
    { stream: 'note', key: 'a', createdAt: NOW, until: NOW + WAIT, isDigested: true },
  ]);
  return bench;
}

describe('a record that is not final', () => {
  it('is held, and sent once when it is final, without a look back', async () => {
    const bench = await aHeldNote();
    bench.source.put('note', { ...aNote('a', NOW, 'done'), updatedAt: NOW + 2 * HOUR });
    bench.runtime.advance(2 * HOUR);
    const { report } = await bench.run();
    expect(report.streams['note']).to.deep.include({ read: 1, mapped: 1, accepted: 1, held: 0 });
    expect(report.streams['note']?.repeats.replayed).to.equal(0);
    bench.runtime.advance(DAY);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['done']);
    expect(await heldKeys(bench)).to.deep.equal([]);
    const { windows } = await bench.state();
    expect(windows.some(({ purpose }) => purpose === 'held')).to.equal(false);
  });

  it('is sent as it is when its wait is over', async () => {
    const bench = await aHeldNote();
    bench.runtime.advance(WAIT - HOUR - 1);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal([]);
    bench.runtime.advance(1);
    await bench.run();
    bench.runtime.advance(DAY);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(await heldKeys(bench)).to.deep.equal([]);
  });

  it('comes with its change where the pipeline looks back, once and as no repeat', async () => {
    const bench = await aHeldNote({ revisitMs: DAY });
    bench.source.put('note', { ...aNote('a', NOW, 'done'), updatedAt: NOW + 2 * HOUR });
    bench.runtime.advance(2 * HOUR);
    const { report } = await bench.run();
    expect(report.streams['note']).to.deep.include({ read: 1, mapped: 1, accepted: 1 });
    expect(report.streams['note']?.repeats.changed).to.equal(0);
    bench.runtime.advance(DAY);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['done']);
  });

  it('stays held when it changes and still is not final', async () => {
    const bench = await aHeldNote({ revisitMs: DAY });
    bench.source.put('note', { ...aNote('a', NOW, 'open still'), updatedAt: NOW + HOUR });
    bench.runtime.advance(2 * HOUR);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal([]);
    expect(await heldKeys(bench)).to.deep.equal(['a']);
  });

  it('is not written to the state again while nothing happens to it', async () => {
    const bench = await aHeldNote();
    bench.runtime.advance(MINUTE);
    await bench.run();
    const before = await bench.state();
    await bench.run();
    const after = await bench.state();
    // Only the end of the run.
    expect(after.revision - before.revision).to.be.at.most(1);
    expect(after.nextWindowId).to.equal(before.nextWindowId);
  });

  it('is forgotten when it is deleted at the source', async () => {
    const bench = await aHeldNote();
    bench.source.remove('note', 'a');
    bench.runtime.advance(2 * HOUR);
    const { report } = await bench.run();
    expect(report.held).to.equal(0);
    expect(await heldKeys(bench)).to.deep.equal([]);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });

  it('can become filtered, or a dead letter, which is no longer held', async () => {
    for (const text of [null, 'unmappable']) {
      const bench = await aHeldNote();
      bench.source.put('note', aNote('a', NOW, text));
      bench.runtime.advance(2 * HOUR);
      await bench.run();
      expect(await heldKeys(bench)).to.deep.equal([]);
      expect(await bench.deadLetters()).to.have.length(text === null ? 0 : 1);
      expect(isAccountedFor(await verify(bench))).to.equal(true);
    }
  });

  it('is sent again after a crash between its acceptance and the commit, and then only once more', async () => {
    const bench = await aHeldNote();
    bench.source.put('note', aNote('a', NOW, 'done'));
    bench.runtime.advance(2 * HOUR);
    const crashed: Bench = { ...bench, pipeline: { ...bench.pipeline, state: failingOnAdvance(bench) } };
    const { outcome } = await runOf(crashed);
    expect(outcome).to.equal('failed');
    expect(await heldKeys(bench)).to.deep.equal(['a']);
    for (let run = 0; run < 2; run += 1) await bench.run();
    expect(textsOf(bench)).to.deep.equal(['done', 'done']);
  });

  it('is accounted for by verify while it waits, and after it was sent', async () => {
    const bench = await aHeldNote();
    bench.runtime.advance(2 * HOUR);
    await bench.run();
    const waiting = await verify(bench);
    expect(isAccountedFor(waiting)).to.equal(true);
    expect(waiting.streams[0]).to.include({ held: 1, delivered: 0, sourceRecords: 1 });
    bench.runtime.advance(WAIT);
    await bench.run();
    const sent = await verify(bench);
    expect(isAccountedFor(sent)).to.equal(true);
    expect(sent.streams[0]).to.include({ held: 0, delivered: 1, sourceRecords: 1 });
  });

  it('is held in the first backfill only while it is young', async () => {
    const records = [aNote('old', NOW - DAY, 'open old'), aNote('young', NOW - HOUR, 'open young')];
    const bench = aHoldingPipeline({ records });
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open old']);
    expect(await heldKeys(bench)).to.deep.equal(['young']);
    bench.runtime.advance(WAIT);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open old', 'open young']);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });

  it('is told in the status and in a preview', async () => {
    const bench = await aHeldNote();
    const inputs = { streams: ['note'], now: NOW, settleMs: 0, revisitMs: 0, nextRun: () => Number.POSITIVE_INFINITY };
    expect(pipelineStatus(await bench.state(), inputs).streams[0]).to.include({ held: 1 });
    const reading = { ...bench.pipeline, state: bench.pipeline.state.reader('notes') };
    const options = {
      limit: 5,
      signal: new AbortController().signal,
      stream: undefined,
      key: 'a',
      keyStreams: undefined,
    };
    const { records } = await previewPipeline(reading, bench.context, options);
    expect(records[0]?.notSent).to.deep.equal(['held until it is final, or until 2026-03-10T18:00:00Z']);
    expect(records[0]?.fate).to.deep.equal({ kind: 'held', until: NOW + WAIT });
  });

  it('is sent as it is, with a warning, when too many are held', async () => {
    const bench = aHoldingPipeline({ revisitMs: DAY });
    await bench.run();
    const writer = await bench.pipeline.state.acquire('notes');
    const { nextWindowId: id } = await writer.read();
    const until = NOW + DAY;
    const held = Array.from({ length: 50_000 }, (_, index) => {
      return { stream: 'note', key: `n${index}`, createdAt: NOW, until, isDigested: true };
    });
    const window = { stream: 'note', axis: 'change', from: NOW, until: NOW + 1, revisitMs: 0 } as const;
    await writer.commit([
      { type: 'plan', id, purpose: 'held', window, at: NOW },
      { type: 'advance', id, mapping: 'notes-held', counts: NO_COUNTS, deadLetters: [], held, at: NOW },
      { type: 'finish', id, at: NOW },
    ]);
    await writer.release();
    bench.source.put('note', aNote('a', NOW, 'open'));
    bench.runtime.advance(HOUR);
    const { report } = await bench.run();
    expect(report.held).to.equal(50_000);
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(bench.logger.lines.some(({ message }) => message.includes('because too many are held'))).to.equal(true);
  });

  it('cannot be held where the source does not read records by key', async () => {
    const { get: _, ...source } = memoryNotes([aNote('a', NOW - HOUR, 'open')], { now: () => NOW });
    const bench = aHoldingPipeline({ source });
    const { outcome, failure } = await bench.run();
    expect([outcome, failure?.name]).to.deep.equal(['failed', 'ConfigError']);
    expect(failure?.message).to.contain('cannot read a record again by its key');
  });
});

describe('held records', () => {
  it('are sent when the mapping no longer holds them', async () => {
    const bench = await aHeldNote();
    const [stream] = holdingMapper.streams;
    if (stream === undefined) throw new Error('no stream');
    const { holds: _, ...plain } = stream;
    const map: typeof stream.map = (row) => {
      const result = stream.map(row);
      return result.kind === 'events' ? { kind: 'events', events: result.events } : result;
    };
    const mapper = { ...holdingMapper, hash: 'notes-plain', streams: [{ ...plain, map }] };
    bench.runtime.advance(MINUTE);
    await runOf({ ...bench, pipeline: { ...bench.pipeline, mapper } });
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(await heldKeys(bench)).to.deep.equal([]);
  });

  it('are read again after a rewind, and counted once', async () => {
    const bench = await aHeldNote();
    bench.runtime.advance(HOUR);
    await bench.run();
    const plan = await planRewind('notes', bench.pipeline.state.reader('notes'), { to: NOW });
    await rewindPipeline('notes', bench.pipeline.state, plan, { by: 'ada@ops-1', at: NOW });
    expect(await heldKeys(bench)).to.deep.equal([]);
    await bench.run();
    expect(await heldKeys(bench)).to.deep.equal(['a']);
    bench.runtime.advance(WAIT);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });

  it('stay held in a backfill of their range', async () => {
    const bench = await aHeldNote();
    await backfillPipeline(bench.pipeline, bench.context, {
      from: NOW - DAY,
      until: NOW + DAY,
      parallel: 1,
      nextRun: () => Number.POSITIVE_INFINITY,
      attribution: { by: 'ada@ops-1' },
      signal: new AbortController().signal,
    });
    expect(textsOf(bench)).to.deep.equal([]);
    expect((await bench.state()).held).to.have.length(1);
    bench.runtime.advance(WAIT);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });

  it('can come from a replay, which closes the dead letter', async () => {
    const bench = aHoldingPipeline();
    await bench.run();
    bench.source.put('note', aNote('a', NOW, 'unmappable'));
    bench.runtime.advance(HOUR);
    await bench.run();
    bench.source.put('note', aNote('a', NOW, 'open'));
    const { replay } = await replayDeadLetters(bench.pipeline, bench.context, {
      wanted: () => true,
      attribution: { by: 'ada@ops-1' },
      signal: new AbortController().signal,
    });
    expect(replay).to.include({ closed: 1, failedAgain: 0 });
    expect(await heldKeys(bench)).to.deep.equal(['a']);
    bench.runtime.advance(WAIT);
    await bench.run();
    expect(textsOf(bench)).to.deep.equal(['open']);
    expect(isAccountedFor(await verify(bench))).to.equal(true);
  });

  it('that are read twice in one window are sent once', async () => {
    const records = [aNote('a', NOW - HOUR, 'open')];
    const sink: RecordingSink = recordingSink();
    const source = memoryNotes(records, { now: () => NOW, pageSize: 1 });
    const twice = {
      ...source,
      async *read(...given: Parameters<typeof source.read>) {
        for await (const page of source.read(...given)) {
          yield page;
          source.put('note', aNote('a', NOW - HOUR, 'done'));
          for await (const again of source.get?.({ stream: 'note', keys: ['a'], fields: given[0].fields }) ?? []) {
            yield { ...again, part: page.part, cursors: page.cursors };
          }
        }
      },
    };
    const bench = aHoldingPipeline({ source: twice, sink });
    for (let run = 0; run < 2; run += 1) await bench.run();
    expect(textsOf(bench)).to.deep.equal(['done']);
    expect(await heldKeys(bench)).to.deep.equal([]);
  });
});

async function runOf({ pipeline, context }: Bench) {
  const { runPipeline } = await import('@sluice/core/engine');
  return runPipeline(pipeline, context, { signal: new AbortController().signal });
}

/** The state of the bench; the commit with an accepted event fails before it takes effect. */
function failingOnAdvance({ pipeline }: Bench): Bench['pipeline']['state'] {
  const { state } = pipeline;
  return {
    reader: (name) => state.reader(name),
    acquire: async (name) => {
      const writer = await state.acquire(name);
      return {
        ...writer,
        leaseExpiresAt: Number.POSITIVE_INFINITY,
        commit: async (changes, options) => {
          const accepts = changes.some((change) => change.type === 'advance' && change.counts.accepted > 0);
          if (accepts) throw new (await import('@sluice/core/state')).StateError('the process died');
          return writer.commit(changes, options);
        },
      };
    },
  };
}
