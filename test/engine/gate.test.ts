import { TransientError } from '@sluice/core/adapter';
import type { Observation } from '@sluice/core/service';
import { manualRuntime, recordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { aPipeline, HOUR, memoryNotes, NOW, notes } from './a-pipeline.js';

const SECOND = 1000;

/** A sink whose requests take a second each, and how many were in flight when each of them began. */
function aSlowSink(runtime = manualRuntime({ startAt: NOW }), fails: (request: number) => boolean = () => false) {
  const begunWith: number[] = [];
  let inFlight = 0;
  const sink = recordingSink({
    limits: { maxEventsPerRequest: 1, maxRequestsInFlight: 8 },
    answer: async (_, request) => {
      inFlight += 1;
      begunWith.push(inFlight);
      await runtime.sleep(SECOND);
      inFlight -= 1;
      if (fails(request)) throw new TransientError('503');
      return undefined;
    },
  });
  return { runtime, sink, begunWith };
}

/** The runtime with the longest waits that chance can give. */
function unlucky() {
  const runtime = manualRuntime({ startAt: NOW });
  return { ...runtime, random: () => 1 - 2 ** -32 };
}

describe('the gate before the sink', () => {
  it('lets as many requests pass as configured, and no more', async () => {
    const { runtime, sink, begunWith } = aSlowSink();
    await aPipeline({ records: notes(30), sink, runtime, delivery: { maxDeadLetterShare: 1, maxInFlight: 3 } }).run();
    expect(Math.max(...begunWith)).to.equal(3);
  });

  it('lets half as many pass after a failure, and one more after each success', async () => {
    const { runtime, sink, begunWith } = aSlowSink(undefined, (request) => request === 8);
    await aPipeline({ records: notes(60), sink, runtime }).run();
    expect(begunWith.slice(0, 8)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8]);
    // Those of the eight that succeeded came before the failure.
    expect(Math.max(...begunWith.slice(8, 12))).to.equal(4);
    expect(Math.max(...begunWith.slice(12))).to.equal(8);
  });

  it('counts an outage once, however many requests it hits', async () => {
    const { runtime, sink, begunWith } = aSlowSink(undefined, (request) => request <= 8);
    await aPipeline({ records: notes(8), sink, runtime }).run();
    expect(begunWith.slice(8, 12)).to.deep.equal([1, 2, 3, 4]);
  });

  it('stays closed longer after each failure in a row, up to a minute, and opens at once after a success', async () => {
    const runtime = unlucky();
    const waits: number[] = [];
    const observe = (observation: Observation) => {
      if (observation.kind === 'retry') waits.push(observation.waitMs);
    };
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1, maxRequestsInFlight: 1 },
      answer: (_, request) => {
        if (request <= 9 || request === 11) throw new TransientError('503');
        return undefined;
      },
    });
    // The batch is read again when it has become too old, which changes nothing for the gate.
    await aPipeline({ records: notes(3), sink, runtime }).run({ observe });
    expect(waits).to.deep.equal([1, 2, 4, 8, 16, 32, 60, 60, 60, 1].map((seconds) => seconds * SECOND));
  });

  it('stays closed for the longest Retry-After of the requests that were on their way', async () => {
    const runtime = manualRuntime({ startAt: NOW });
    const sentMs: number[] = [];
    const retryAfterMs = [60 * SECOND, 5 * SECOND, 90 * SECOND, 1 * SECOND];
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 1, maxRequestsInFlight: 4 },
      answer: async (_, request) => {
        sentMs.push(runtime.monotonicMs());
        await runtime.sleep(request * 10);
        const askedMs = retryAfterMs[request - 1];
        if (askedMs !== undefined) throw new TransientError('429', { retryAfterMs: askedMs });
        return undefined;
      },
    });
    await aPipeline({ records: notes(8), sink, runtime }).run();
    const begunMs = sentMs[0] ?? 0;
    expect(sentMs.slice(0, 4).every((ms) => ms === begunMs)).to.equal(true);
    expect(sentMs[4]).to.equal(begunMs + 30 + 90 * SECOND);
  });

  it('lets pass what the pace allows in any span of time, and after a pause no more than that', async () => {
    const runtime = manualRuntime({ startAt: NOW });
    const sent: { readonly atMs: number; readonly events: number }[] = [];
    const sink = recordingSink({
      limits: { maxEventsPerRequest: 10, maxRequestsInFlight: 4 },
      answer: ({ events }) => {
        sent.push({ atMs: runtime.monotonicMs(), events: events.length });
        return undefined;
      },
    });
    // The source pauses for a minute before its second page.
    const source = memoryNotes(notes(80), {
      pageSize: 40,
      now: () => NOW,
      beforePage: async (__, page) => (page === 2 ? runtime.sleep(60 * SECOND) : undefined),
    });
    const delivery = { maxDeadLetterShare: 1, maxEventsPerSecond: 5 };
    await aPipeline({ source, sink, runtime, delivery, maxWindowMs: 24 * HOUR }).run();
    for (const [index, first] of sent.entries()) {
      const later = sent.slice(index + 1);
      for (const [after, { atMs }] of later.entries()) {
        const begun = [first, ...later.slice(0, after)].reduce((sum, { events }) => sum + events, 0);
        expect(begun).to.be.at.most(((atMs - first.atMs) / SECOND) * 5 + 1e-6);
      }
    }
    expect(sent.reduce((sum, { events }) => sum + events, 0)).to.equal(80);
  });
});
