import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventId, type EncodedEvent, type MappedEvent, type Sink } from '@sluice/core/sink';
import { TextOutput } from '@sluice/core/text';
import { eventText } from '../event-text.js';

/** A sink with its own destination, created for every test. */
export interface SinkUnderTest {
  readonly sink: Sink;
  /** Events that the destination accepts, with different uuids. */
  events(count: number): readonly MappedEvent[];
  /** The uuids of the events at the destination, in any order, with or without repeats. */
  receivedUuids(): Promise<readonly string[]>;
  dispose(): Promise<void>;
}

export interface DescribeSinkOptions {
  readonly name: string;
  /** Creates the sink without opening it. */
  create(): Promise<SinkUnderTest>;
  /** When requests are assembled. Default: 2026-01-15T12:00:00Z. */
  readonly now?: number;
}

/** Describes what every sink must do: the contract `Sink`. */
export function describeSink(options: DescribeSinkOptions): void {
  const context = { now: options.now ?? Date.UTC(2026, 0, 15, 12), backfill: false, pipeline: 'test', stream: 'note' };

  describe(`${options.name} as a sink`, () => {
    let subject: SinkUnderTest;
    let sink: Sink;

    beforeEach(async () => {
      subject = await options.create();
      sink = subject.sink;
    });

    afterEach(async () => {
      await sink.close();
      await subject.dispose();
    });

    function encoded(count: number): readonly EncodedEvent[] {
      return subject.events(count).map((event) => {
        const encoding = sink.encode(event);
        if (encoding.kind === 'rejected') throw new Error(encoding.detail);
        return encoding.event;
      });
    }

    /** The events as its text writer writes them, if it has one; undefined for an event that it declines. */
    function written(events: readonly MappedEvent[]): readonly (EncodedEvent | undefined)[] {
      const { event: text, page } = eventText(events);
      const write = sink.textWriter?.(text);
      const output = new TextOutput();
      return events.map((event, record) => {
        output.begin();
        const time = write?.(page, record, output);
        if (write === undefined || output.isDeclined) {
          output.discard();
          return undefined;
        }
        const { bytes, start, length, uuidStart } = output;
        return {
          id: eventId(event),
          uuid: bytes.toString('utf8', uuidStart, uuidStart + 36),
          text: bytes.toString('utf8', start, length),
          bytes: length - start,
          time,
          buffer: bytes,
          start,
        };
      });
    }

    async function send(events: readonly EncodedEvent[]) {
      const { requests } = sink.assemble(events, context);
      const receipts = await Promise.all(requests.map((request) => sink.send(request, { attempt: 1 })));
      return receipts.flatMap(({ outcomes }) => outcomes);
    }

    it('always has the same identity, without a connection', () => {
      expect(sink.identity().description).to.not.equal('');
      expect(sink.identity()).to.deep.equal(sink.identity());
    });

    it('has limits that a request can meet', () => {
      const { distinctWithinRequest: _, ...numbers } = sink.limits;
      for (const limit of Object.values(numbers)) expect(limit).to.be.at.least(1);
    });

    it('encodes an event to the same text every time', () => {
      expect(encoded(3)).to.deep.equal(encoded(3));
    });

    it('encodes an event to one line of JSON and tells its size', () => {
      for (const { text, bytes } of encoded(3)) {
        expect(text).to.not.include('\n');
        expect(JSON.parse(text)).to.be.an('object');
        expect(bytes).to.equal(Buffer.byteLength(text));
      }
    });

    it("gives an encoded event the engine's id and the event's uuid", () => {
      const events = subject.events(3);
      expect(encoded(3).map(({ id }) => id)).to.deep.equal(events.map(eventId));
      expect(encoded(3).map(({ uuid }) => uuid)).to.deep.equal(events.map(({ uuid }) => uuid));
    });

    it('writes an event as text exactly as it encodes it, or declines it', async () => {
      await sink.open();
      for (const [index, event] of written(subject.events(5)).entries()) {
        const { buffer: _, start: __, ...same } = event ?? {};
        if (event !== undefined) expect(same).to.deep.equal({ time: undefined, ...encoded(5)[index] });
      }
    });

    it('delivers events that it wrote as text like others', async () => {
      await sink.open();
      await send(written(subject.events(5)).map((event, index) => event ?? encoded(5)[index]!));
      expect(await subject.receivedUuids()).to.have.members(subject.events(5).map(({ uuid }) => uuid));
    });

    it('does not change the event that it encodes', () => {
      const [event] = subject.events(1);
      const before = structuredClone(event);
      encoded(1);
      expect(event).to.deep.equal(before);
    });

    it('makes no request without events', () => {
      expect(sink.assemble([], context)).to.deep.equal({ requests: [], rejected: [] });
    });

    it('puts every event into exactly one request or rejects it', () => {
      const events = encoded(7);
      const { requests, rejected } = sink.assemble(events, context);
      const ids = [...requests.flatMap((request) => request.events), ...rejected.map(({ event }) => event)].map(
        ({ id }) => id,
      );
      expect(ids).to.have.members(events.map(({ id }) => id));
      expect(ids).to.have.lengthOf(events.length);
    });

    it('keeps the order of events within a request', () => {
      const order = encoded(7).map(({ id }) => id);
      for (const request of sink.assemble(encoded(7), context).requests) {
        const ids = request.events.map(({ id }) => id);
        expect(ids).to.deep.equal(order.filter((id) => ids.includes(id)));
      }
    });

    it('describes a request without being opened', () => {
      const { requests } = sink.assemble(encoded(2), context);
      for (const request of requests) expect(sink.describe(request).target).to.not.equal('');
    });

    it('reports what it checked, with a fix for everything bad', async () => {
      const results = await sink.check();
      expect(results).to.not.deep.equal([]);
      for (const { name, outcome, message, fix } of results) {
        expect(name).to.not.equal('');
        expect(message).to.not.equal('');
        if (outcome === 'bad') expect(fix, message).to.be.a('string');
      }
    });

    it('accepts events with an outcome for each', async () => {
      await sink.open();
      const outcomes = await send(encoded(5));
      expect(outcomes.map((outcome) => outcome?.kind)).to.deep.equal(Array.from({ length: 5 }, () => 'accepted'));
    });

    it('delivers what it accepted', async () => {
      await sink.open();
      await send(encoded(5));
      expect(await subject.receivedUuids()).to.include.members(subject.events(5).map(({ uuid }) => uuid));
    });

    it('sends any part of a batch as a request', async () => {
      await sink.open();
      await send(encoded(5).slice(2, 4));
      const sent = subject.events(5).slice(2, 4);
      expect(new Set(await subject.receivedUuids())).to.deep.equal(new Set(sent.map(({ uuid }) => uuid)));
    });

    it('accepts the same request again', async () => {
      await sink.open();
      const { requests } = sink.assemble(encoded(2), context);
      for (const request of requests) {
        await sink.send(request, { attempt: 1 });
        const { outcomes } = await sink.send(request, { attempt: 2 });
        expect(outcomes.every((outcome) => outcome?.kind === 'accepted')).to.equal(true);
      }
    });

    it("gives up with the signal's reason", async () => {
      await sink.open();
      const reason = new Error('stopped by the test');
      const [request] = sink.assemble(encoded(1), context).requests;
      if (request === undefined) throw new Error('one event makes one request');
      const thrown = await sink
        .send(request, { attempt: 1, signal: AbortSignal.abort(reason) })
        .catch((error: unknown) => error);
      expect(thrown).to.equal(reason);
    });

    it('sends nothing when it encodes, assembles, describes and checks', async () => {
      const { requests } = sink.assemble(encoded(3), context);
      requests.forEach((request) => sink.describe(request));
      await sink.check();
      expect(await subject.receivedUuids()).to.deep.equal([]);
    });
  });
}
