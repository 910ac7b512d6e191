import type { EncodedEvent } from '@sluice/core/sink';
import { posthogSink } from '@sluice/posthog-sink';
import { anAdapterContext, aUuid, someEvents } from '@sluice/testkit';
import { PosthogSimulator } from '@sluice/posthog-simulator';
import { expect } from 'chai';
import { BufferPool } from '@sluice/adapter-kit';
import { requestBody } from '#src/posthog-request.js';

const NOW = Date.UTC(2026, 0, 15, 12);
const TEXTS = ['{"a":"ü"}', '{"b":"😀"}', '{}'];

/** An event of which only the text is known. */
function asText(text: string): EncodedEvent {
  return { id: text, uuid: aUuid(0), text, bytes: Buffer.byteLength(text) };
}

/** An event whose bytes stand between others; its text must not be needed. */
function asBytes(text: string): EncodedEvent {
  return {
    id: text,
    uuid: aUuid(0),
    get text(): string {
      throw new Error('the bytes are known');
    },
    bytes: Buffer.byteLength(text),
    buffer: Buffer.from(`before${text}behind`),
    start: 6,
  };
}

/** Events that stand in one buffer: the first two with a byte between them, the last further behind. */
function inOneBuffer(texts: readonly string[]): readonly EncodedEvent[] {
  const buffer = Buffer.from(`_${texts[0]}_${texts[1]}____${texts[2]}`);
  return texts.map((text) => ({
    id: text,
    uuid: aUuid(0),
    text,
    bytes: Buffer.byteLength(text),
    buffer,
    start: buffer.indexOf(text),
  }));
}

describe('the body of a request', () => {
  for (const [name, events] of [
    ['texts', TEXTS.map(asText)],
    ['bytes', TEXTS.map(asBytes)],
    ['one buffer', inOneBuffer(TEXTS)],
    ['both', TEXTS.map((text, index) => (index === 1 ? asText(text) : asBytes(text)))],
  ] as const) {
    it(`has the events in their order from ${name}`, () => {
      const request = { protocol: 'v0', route: 'ordinary', historical: true, createdAt: NOW, events } as const;
      const batch = `"historical_migration":true,"batch":[${TEXTS.join(',')}]}`;
      expect(String(requestBody(request, 'phc_x'))).to.equal(`{"api_key":"phc_x",${batch}`);
      expect(String(requestBody({ ...request, protocol: 'v1' }, 'phc_x', () => Buffer.alloc(999, 'x')))).to.equal(
        `{"created_at":"2026-01-15T12:00:00.000Z",${batch}`,
      );
    });
  }

  it('stays the same when several requests are sent at once', async () => {
    const simulator = await PosthogSimulator.start({ now: () => NOW });
    const config = { host: simulator.url, apiKey: 'phc_x', protocol: 'v0' };
    const sink = posthogSink.create(posthogSink.config.parse(config), anAdapterContext());
    try {
      for (const round of [1, 2]) {
        const requests = [300, 300, 300, 2].map((count, index) => {
          const events = someEvents(count, { properties: { text: `${round} ${index} `.repeat(200) } });
          const encoded = events.map((event) => sink.encode(event));
          const sent = encoded.flatMap((each) => (each.kind === 'encoded' ? [each.event] : []));
          return sink.assemble(sent, { now: NOW, backfill: false, pipeline: 'test', stream: 'note' }).requests[0]!;
        });
        simulator.reset();
        await Promise.all(requests.map((request) => sink.send(request, { attempt: 1 })));
        const bodies = simulator.eventRequests.map(({ body }) => JSON.stringify(body));
        for (const { events } of requests) {
          const batch = events.map(({ text }) => JSON.parse(text));
          expect(bodies.filter((body) => body === JSON.stringify({ api_key: 'phc_x', batch }))).to.have.lengthOf(1);
        }
      }
    } finally {
      await sink.close();
      await simulator.stop();
    }
  });
});

describe('buffers that are used again', () => {
  it('are large enough, and never given to two at a time', () => {
    const pool = new BufferPool();
    const [first, second] = [pool.take(10), pool.take(10)];
    expect(first).to.not.equal(second);
    pool.give(first);
    expect(pool.take(20)).to.equal(first);
    pool.give(first);
    expect(pool.take(3_000_000)).to.have.property('length').that.is.at.least(3_000_000);
  });
});
