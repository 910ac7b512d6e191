import { isDeepStrictEqual } from 'node:util';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { eventId, STANDARD_FIELDS, type Encoding, type MappedEvent, type Outcome, type Sink } from '@sluice/core/sink';
import { describeFailures } from './describe-failures.js';
import { describeInstances } from './describe-instances.js';
import { mustHold } from './rule.js';
import { inOtherLetters, SinkBench, type DescribeSinkOptions, type SinkUnderTest } from './sink-bench.js';
import { takeTime } from './take-time.js';
import { untilTheClockMoves } from './until-the-clock-moves.js';

/** What a standard event may lack. A mapping sets such a field to null, or not at all. */
const OPTIONAL_FIELDS = Object.entries(STANDARD_FIELDS).flatMap(([name, field]) =>
  field.kind === 'map' || !field.required ? [name] : [],
);

/** Describes what every sink must do: the contract `Sink`. */
export function describeSink(options: DescribeSinkOptions): void {
  describe(`${options.name} as a sink`, function () {
    takeTime(this);
    let bench: SinkBench;
    let subject: SinkUnderTest;
    let sink: Sink;

    beforeEach(async () => {
      bench = new SinkBench(await options.create(), options);
      ({ subject, sink } = bench);
      // A sink that rejects everything fails here, once, and not in every test.
      bench.encoded(1);
    });

    afterEach(async () => {
      await sink.close();
      await bench.dispose();
    });

    describeInstances(async () => {
      const created = new SinkBench(await options.create(), options);
      return { adapter: created.sink, use: () => created.send(created.encoded(2)), dispose: () => created.dispose() };
    });

    it('has limits that a request can meet', () => {
      const { distinctWithinRequest: _, ...numbers } = sink.limits;
      for (const limit of Object.values(numbers)) expect(limit).to.be.at.least(1);
    });

    it('encodes an event to the same text every time', () => {
      const [event] = subject.events(1);
      const without = OPTIONAL_FIELDS.map((field) => ({ ...event!, [field]: null }));
      const encoded = () => [...subject.events(3), ...without].map((each) => encodingOf(sink, each));
      const first = encoded();
      untilTheClockMoves();
      mustHold(
        isDeepStrictEqual(encoded(), first),
        'encode must give the same text whenever it is called: an event is compared with what was sent before',
        'take times and ids from the event, not from the clock or at random',
      );
    });

    it('encodes an event to one line of JSON and tells its size', () => {
      const events = subject.events(3);
      for (const encoding of [...events, ...events.map(inOtherLetters)].map((event) => sink.encode(event))) {
        if (encoding.kind === 'rejected') continue;
        const { text, bytes } = encoding.event;
        mustHold(
          isObjectOnOneLine(text),
          `the text of an event must be one line of JSON, an object; it is \`${text.slice(0, 100)}\``,
          'encode the event as an object, and make another format of it in `send`',
        );
        mustHold(
          bytes === Buffer.byteLength(text),
          `\`bytes\` must be the size of the text in UTF-8: ${Buffer.byteLength(text)}, not ${bytes}`,
          'count with `Buffer.byteLength(text)`, not with `text.length`',
        );
      }
    });

    it('encodes or rejects an event without a user, a session, groups or properties', () => {
      const [event] = subject.events(1);
      for (const field of OPTIONAL_FIELDS) {
        for (const value of [null, undefined]) {
          const thrown = thrownIn(() => event && sink.encode({ ...event, [field]: value }));
          mustHold(
            thrown === undefined,
            `encode must take an event whose \`${field}\` is ${value}, or reject it: it threw \`${String(thrown)}\``,
            'send something else in its place, or return a rejection with a reason (`Unsendable` in the kit)',
          );
        }
      }
    });

    it("gives an encoded event the engine's id and the event's uuid", () => {
      const events = subject.events(3);
      expect(bench.encoded(3).map(({ id }) => id)).to.deep.equal(events.map(eventId));
      expect(bench.encoded(3).map(({ uuid }) => uuid)).to.deep.equal(events.map(({ uuid }) => uuid));
    });

    it('writes an event as text exactly as it encodes it, or declines it', async () => {
      await sink.open();
      for (const [index, event] of bench.written(subject.events(5)).entries()) {
        const { buffer: _, start: __, ...same } = event ?? {};
        if (event !== undefined) expect(same).to.deep.equal({ time: undefined, ...bench.encoded(5)[index] });
      }
    });

    it('delivers events that it wrote as text like others', async () => {
      await sink.open();
      await bench.send(bench.written(subject.events(5)).map((event, index) => event ?? bench.encoded(5)[index]!));
      await bench.mustHaveArrived(subject.events(5));
      expect(await subject.receivedUuids()).to.have.members(subject.events(5).map(({ uuid }) => uuid));
    });

    it('does not change the events that it encodes, assembles and sends', async () => {
      await sink.open();
      const events = subject.events(5);
      const before = structuredClone(events);
      const parts = bench.encodedFrom(events);
      mustHold(
        isDeepStrictEqual(events, before),
        'encode must not change the event: it is encoded again, compared, and kept when it becomes a dead letter',
        'build a new object from the event instead of assigning to it',
      );
      const copies = parts.map((part) => ({ ...part }));
      await bench.send(parts);
      mustHold(
        isDeepStrictEqual(parts, copies) && isDeepStrictEqual(events, before),
        'assemble and send must not change an event: it may be sent again',
        'make what is sent from the text of the event, and keep it in the request',
      );
    });

    it('makes no request without events', () => {
      expect(sink.assemble([], bench.context)).to.deep.equal({ requests: [], rejected: [] });
    });

    it('puts every event of a full batch into exactly one request or rejects it', () => {
      const events = bench.fullBatch();
      const { requests, rejected } = sink.assemble(events, bench.context);
      const assembled = [...requests.flatMap((request) => request.events), ...rejected.map(({ event }) => event)];
      const ids = assembled.map(({ id }) => id).toSorted();
      mustHold(
        isDeepStrictEqual(ids, events.map(({ id }) => id).toSorted()),
        `assemble must put each event into one request or reject it; of ${events.length} events it took ${new Set(ids).size}, in ${ids.length} places`,
        'begin another request where one is full, and leave no event out',
      );
    });

    it('keeps the order of events within a request', () => {
      const order = bench.encoded(7).map(({ id }) => id);
      for (const request of sink.assemble(bench.encoded(7), bench.context).requests) {
        const ids = request.events.map(({ id }) => id);
        expect(ids).to.deep.equal(order.filter((id) => ids.includes(id)));
      }
    });

    it('makes requests with the same address and headers of the same events every time', () => {
      const { context } = bench;
      const described = () =>
        sink.assemble(bench.encoded(3), context).requests.map((request) => {
          const { target, headers } = sink.describe(request);
          return { target, headers };
        });
      const first = described();
      untilTheClockMoves();
      mustHold(
        isDeepStrictEqual(described(), first),
        'a request must have the same address and headers whenever it is assembled: a repeat must be known for one',
        'make names and ids of requests from their events and the context, and what needs the time in `send`',
      );
    });

    it('describes a request without being opened', () => {
      const { requests } = sink.assemble(bench.encoded(2), bench.context);
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
      const outcomes = await bench.send(bench.encoded(5));
      expect(outcomes.map((outcome) => outcome?.kind)).to.deep.equal(Array.from({ length: 5 }, () => 'accepted'));
    });

    it('delivers what it accepted', async () => {
      await sink.open();
      await bench.send(bench.encoded(5));
      await bench.mustHaveArrived(subject.events(5));
    });

    it('gives each of two requests that are sent at one time its own outcomes', async () => {
      await sink.open();
      const events = bench.encoded(5);
      const parts = [events.slice(0, 2), events.slice(2)];
      const outcomes = await Promise.all(parts.map((part) => bench.send(part)));
      mustHold(
        outcomes.every((list, index) => list.length === parts[index]?.length && list.every(isAccepted)),
        'a receipt must have one outcome for each event of its own request: the engine sends several at a time',
        'keep what belongs to a request in its variables, and not in the sink',
      );
      await bench.mustHaveArrived(subject.events(5));
    });

    it('sends any part of a batch as a request', async () => {
      await sink.open();
      await bench.send(bench.encoded(5).slice(2, 4));
      const sent = subject.events(5).slice(2, 4);
      await bench.mustHaveArrived(sent);
      expect(new Set(await subject.receivedUuids())).to.deep.equal(new Set(sent.map(({ uuid }) => uuid)));
    });

    it('accepts the same request again', async () => {
      await sink.open();
      const { requests } = sink.assemble(bench.encoded(2), bench.context);
      for (const request of requests) {
        await sink.send(request, { attempt: 1 });
        const { outcomes } = await sink.send(request, { attempt: 2 });
        expect(outcomes.every((outcome) => outcome?.kind === 'accepted')).to.equal(true);
      }
    });

    it("gives up with the signal's reason", async () => {
      await sink.open();
      const reason = new Error('stopped by the test');
      const [request] = sink.assemble(bench.encoded(1), bench.context).requests;
      if (request === undefined) throw new Error('one event makes one request');
      const thrown = await sink
        .send(request, { attempt: 1, signal: AbortSignal.abort(reason) })
        .catch((error: unknown) => error);
      mustHold(
        thrown === reason,
        'send must end at once when its signal aborts, and throw the reason of the signal',
        'pass the signal to the client that sends, and begin with `signal.throwIfAborted()`',
      );
    });

    it('sends nothing when it opens, encodes, assembles, describes and checks', async () => {
      await sink.open();
      const { requests } = sink.assemble(bench.encoded(3), bench.context);
      requests.forEach((request) => sink.describe(request));
      await sink.check();
      const received = await subject.receivedUuids();
      mustHold(
        received.length === 0,
        `only send may send an event; at the destination before it: ${received.length}`,
        'find out whether the key is right with another question, such as a batch without events',
      );
    });

    describe('when its destination fails', () => describeFailures(() => bench));
  });
}

function isObjectOnOneLine(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) && !text.includes('\n');
  } catch {
    return false;
  }
}

/** Undefined for one that it throws on: another test says so. */
function encodingOf(sink: Sink, event: MappedEvent): Encoding | undefined {
  try {
    return sink.encode(event);
  } catch {
    return undefined;
  }
}

function thrownIn(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function isAccepted(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'accepted';
}
