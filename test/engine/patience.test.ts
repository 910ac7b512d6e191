import { setImmediate } from 'node:timers/promises';
import { TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { verifyPipeline } from '@sluice/core/engine';
import { memorySource, recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aPipeline, MINUTE, memoryNotes, NOTES, NOW, notes, type Bench } from './a-pipeline.js';

const delivery = { maxDeadLetterShare: 0.05, giveUpAfterMs: 10 * MINUTE };

/** How long a run takes by the simulated clock, and how it ends. */
async function ended(bench: Bench, options: Parameters<Bench['run']>[0] = {}) {
  const { outcome, failure } = await bench.run(options);
  const writer = await bench.pipeline.state.acquire('notes');
  await writer.release();
  return { outcome, message: failure?.message ?? '', tookMs: bench.runtime.now() - NOW };
}

describe('a single run', () => {
  it('gives up within a minute or two on a sink that has not taken anything, says so, and releases the lease', async () => {
    const sink = recordingSink({
      answer: () => {
        throw new UnexpectedAnswerError('the host redirects to /ingest/batch');
      },
    });
    const bench = aPipeline({ records: notes(10), sink, delivery });
    const { outcome, message, tookMs } = await ended(bench);
    expect(outcome).to.equal('failed');
    expect(message).to.match(
      /^gave up on the sink after \d+ attempts in \d+ s: the host redirects .*; nothing is lost: try/u,
    );
    expect(tookMs).to.be.within(MINUTE, 2.1 * MINUTE);
    const announced = bench.logger.lines.find(({ message: text }) => text.includes('gives up unless'));
    expect(announced?.fields).to.include({ peer: 'sink' });
  });

  it('gives up after `giveUpAfter` on a sink that worked before', async () => {
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1 },
      answer: (_, number) => {
        if (number > 1) throw new TransientError('503 from a proxy');
        return undefined;
      },
    });
    const { outcome, tookMs } = await ended(aPipeline({ records: notes(10), sink, delivery }));
    expect(outcome).to.equal('failed');
    expect(tookMs).to.be.within(9 * MINUTE, 11 * MINUTE);
  });

  it('gives up on a sink that takes all events but one', async () => {
    const sink = recordingSink({
      answer: ({ events }) => ({
        outcomes: events.map((event) =>
          event['id'] === 'n000003' ? { kind: 'retry', reason: 'not now' } : { kind: 'accepted', assurance: 'event' },
        ),
      }),
      limits: { maxEventsPerRequest: 1 },
    });
    const { outcome, message, tookMs } = await ended(aPipeline({ records: notes(10), sink, delivery }));
    expect(outcome).to.equal('failed');
    expect(message).to.contain('not now');
    // What was accepted before the event is committed after five minutes, when the window is read again.
    expect(tookMs).to.be.within(10 * MINUTE, 16 * MINUTE);
  });

  it('waits as long as the sink asks for, and not at all if that is longer than `giveUpAfter`', async () => {
    const asking = (retryAfterMs: number) =>
      recordingSink({
        answer: (_, number) => {
          if (number === 1) throw new TransientError('429', { retryAfterMs });
          return undefined;
        },
      });
    const patient = await ended(aPipeline({ records: notes(10), sink: asking(5 * MINUTE), delivery }));
    expect(patient).to.include({ outcome: 'done' });
    const refused = await ended(aPipeline({ records: notes(10), sink: asking(60 * MINUTE), delivery }));
    expect(refused).to.include({ outcome: 'failed', tookMs: 0 });
  });

  it('gives up within a minute or two on a source whose clock cannot be read', async () => {
    const source = memoryNotes(notes(10), { now: () => NOW });
    source.now = async () => {
      throw new TransientError('the replica has not replayed a transaction');
    };
    const { outcome, message, tookMs } = await ended(aPipeline({ source, delivery }));
    expect(outcome).to.equal('failed');
    expect(message).to.match(/^gave up on the source after \d+ attempts in \d+ s: the replica/u);
    expect(tookMs).to.be.within(0.5 * MINUTE, 2.1 * MINUTE);
  });

  it('gives up after `giveUpAfter` on a source that always fails at the same page', async () => {
    const source = memoryNotes(notes(10), {
      now: () => NOW,
      beforePage: () => {
        throw new TransientError('a statement took too long');
      },
    });
    const { outcome, tookMs } = await ended(aPipeline({ source, delivery }));
    expect(outcome).to.equal('failed');
    expect(tookMs).to.be.within(9 * MINUTE, 11.1 * MINUTE);
  });

  it('gives up on a stream that always fails, although another one is read meanwhile', async () => {
    let pages = 0;
    const source = memorySource({
      streams: [
        { schema: NOTES, records: notes(10) },
        { schema: { ...NOTES, name: 'other' }, records: notes(5000).slice(100) },
      ],
      now: () => NOW,
      pageSize: 10,
      beforePage: async ({ window }) => {
        if (window.stream === 'other') pages += 1;
        else {
          for (let turn = 0; turn < 300; turn += 1) await setImmediate();
          throw new TransientError('the table is locked');
        }
      },
    });
    const { mapper } = aPipeline().pipeline;
    const streams = [...mapper.streams, ...mapper.streams.map((stream) => ({ ...stream, stream: 'other' }))];
    const bench = aPipeline({ source, delivery, mapper: { ...mapper, streams } });
    const { outcome, message, tookMs } = await ended(bench);
    expect(outcome).to.equal('failed');
    expect(message).to.match(/^gave up on the source after \d\d attempts in \d+ s: the table is locked/u);
    expect(tookMs).to.be.within(9 * MINUTE, 11.1 * MINUTE);
    expect(pages).to.be.above(50);
    const announced = bench.logger.lines.filter(({ message: text }) => text.includes('gives up unless'));
    expect(announced).to.have.length(1);
  });

  it('goes on as long as there is progress between the failures', async () => {
    let calls = 0;
    const source = memoryNotes(notes(3000), {
      now: () => NOW,
      pageSize: 20,
      beforePage: () => {
        calls += 1;
        if (calls % 4 !== 0) throw new TransientError('connection lost');
      },
    });
    const bench = aPipeline({ source, delivery: { ...delivery, giveUpAfterMs: MINUTE } });
    const { outcome, tookMs } = await ended(bench);
    expect(outcome).to.equal('done');
    expect(tookMs).to.be.greaterThan(MINUTE);
  });

  it('never gives up as a process that stays up', async () => {
    const sink = recordingSink({
      answer: () => {
        if (bench.runtime.now() < NOW + 120 * MINUTE) throw new UnexpectedAnswerError('a page of HTML');
        return undefined;
      },
    });
    const bench: Bench = aPipeline({ records: notes(10), sink, delivery });
    expect(await ended(bench, { staysUp: true })).to.include({ outcome: 'done' });
  });
});

describe('a verification', () => {
  it('gives up on a source that always fails', async () => {
    const bench = aPipeline({ records: notes(10), delivery });
    await bench.run();
    const { pipeline, context } = bench;
    const source = {
      ...pipeline.source,
      digest: () => Promise.reject(new TransientError('a statement took too long')),
    };
    const reading = { ...pipeline, source, state: pipeline.state.reader('notes') };
    const signal = new AbortController().signal;
    const failure = await verifyPipeline(reading, context, { signal }).catch((error: unknown) => error);
    expect(String(failure)).to.contain('gave up on the source');
  });
});
