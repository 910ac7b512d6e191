import { randomUUID } from 'node:crypto';
import { RefusedError, TransientError } from '@sluice/core/adapter';
import {
  InvalidRequestError,
  type EncodedEvent,
  type MappedEvent,
  type Outcome,
  type Sink,
  type SinkRequest,
} from '@sluice/core/sink';
import { describeSink, destinationDouble } from '@sluice/testkit';
import { expect } from 'chai';
import Mocha from 'mocha';
import { memorySinkOptions, MemorySink } from './a-memory-sink.js';
import { failedTestsOf } from './failed-tests-of.js';

const ACCEPTED: Outcome = { kind: 'accepted', assurance: 'event' };

class ForgetsAnEvent extends MemorySink {
  override outcome(uuid: string, answer: Parameters<MemorySink['outcome']>[1]) {
    return super.outcome(uuid, answer) ?? ACCEPTED;
  }
}

class DropsAnEvent extends MemorySink {
  override ask(events: readonly EncodedEvent[], signal?: AbortSignal) {
    return super.ask(events.length > 2 ? events.slice(1) : events, signal);
  }

  override outcome() {
    return ACCEPTED;
  }
}

class TakesPartForWhole extends MemorySink {
  override outcome(uuid: string, answer: Parameters<MemorySink['outcome']>[1]) {
    return answer.taken.length > 0 && answer.refused.includes(uuid) ? ACCEPTED : super.outcome(uuid, answer);
  }
}

class IgnoresTheSignal extends MemorySink {
  override send(request: SinkRequest) {
    return super.send(request, {});
  }
}

class IgnoresTheSignalOnceSent extends MemorySink {
  override ask(events: readonly EncodedEvent[]) {
    return super.ask(events);
  }
}

class ChangesTheEvent extends MemorySink {
  override encode(event: MappedEvent) {
    Object.assign(event, { sent: true });
    return super.encode(event);
  }
}

class ChangesWhatItSends extends MemorySink {
  override send(request: SinkRequest, options: object) {
    for (const event of request.events) Object.assign(event, { text: '{}' });
    return super.send(request, options);
  }
}

class LeaksItsKey extends MemorySink {
  override refusal(answer: string) {
    return new RefusedError('credentials', `the destination says: ${answer}`);
  }
}

class LeaksItsKeyInACause extends MemorySink {
  override refusal(answer: string) {
    return new RefusedError('credentials', 'the destination refuses the key', { cause: new Error(answer) });
  }
}

class ShowsItsKey extends MemorySink {
  override describe(request: SinkRequest) {
    return { ...super.describe(request), target: `memory?key=${this.key}` };
  }
}

class ThrowsInCheck extends MemorySink {
  override async check(): ReturnType<Sink['check']> {
    await this.ask([]);
    return [{ name: 'key', outcome: 'good', message: 'the key is known' }];
  }
}

class EncodesAList extends MemorySink {
  override encode({ event, uuid }: MappedEvent) {
    return super.encode({ event, uuid, toJSON: (() => [uuid, event]) as never });
  }
}

class ChecksNothing extends MemorySink {
  override async check(): ReturnType<Sink['check']> {
    return [{ name: 'key', outcome: 'good', message: 'the key is set' }];
  }
}

class AssemblesTenEvents extends MemorySink {
  override assemble(events: readonly EncodedEvent[]) {
    return super.assemble(events.slice(0, 10));
  }
}

class AcceptsWithoutAConnection extends MemorySink {
  override async send(request: SinkRequest, options: { readonly signal?: AbortSignal }) {
    return super.send(request, options).catch((error: unknown) => {
      if (error instanceof TransientError) return { outcomes: request.events.map(() => ACCEPTED) };
      throw error;
    });
  }
}

class RejectsWhatIsRefused extends MemorySink {
  override async send(request: SinkRequest, options: { readonly signal?: AbortSignal }) {
    return super.send(request, options).catch((error: unknown) => {
      const rejected: Outcome = { kind: 'rejected', reason: 'status', detail: 'status 403' };
      if (error instanceof RefusedError) return { outcomes: request.events.map(() => rejected) };
      throw error;
    });
  }
}

class RemembersWhatItTried extends MemorySink {
  readonly #tried = new Set<string>();

  override ask(events: readonly EncodedEvent[], signal?: AbortSignal) {
    const ids = events.map(({ uuid }) => uuid);
    if (ids.length > 0 && ids.every((id) => this.#tried.has(id))) return Promise.resolve({ taken: ids, refused: [] });
    for (const id of ids) this.#tried.add(id);
    return super.ask(events, signal);
  }
}

class HasNoFingerprint extends MemorySink {
  override identity() {
    return { ...super.identity(), fingerprint: '' };
  }
}

class HasAnIdentityOfItsOwn extends MemorySink {
  readonly #id = randomUUID();

  override identity() {
    return { ...super.identity(), fingerprint: this.#id };
  }
}

class HasAnIdentityOfTheMoment extends MemorySink {
  override identity() {
    return { ...super.identity(), fingerprint: String(Date.now()) };
  }
}

class CountsCharacters extends MemorySink {
  override encode(event: MappedEvent) {
    const encoding = super.encode(event);
    if (encoding.kind === 'rejected') return encoding;
    return { ...encoding, event: { ...encoding.event, bytes: encoding.event.text.length } };
  }
}

class EncodesTheTime extends MemorySink {
  override encode(event: MappedEvent) {
    return super.encode({ ...event, sentAt: Date.now() });
  }
}

class InventsAUser extends MemorySink {
  override encode(event: MappedEvent) {
    return super.encode(event['user'] === null ? { ...event, user: randomUUID() } : event);
  }
}

class FindsTheRequestInvalid extends MemorySink {
  override refusal() {
    return new InvalidRequestError('the destination answered 400');
  }
}

class LeavesATimer extends MemorySink {
  override async open() {
    await super.open();
    // Long enough to be there after `close`.
    setTimeout(() => {}, 500);
  }
}

class LeavesTheTimerOfARequest extends MemorySink {
  override async send(request: SinkRequest, options: { readonly signal?: AbortSignal }) {
    // Long enough to be there after `close`.
    const late = new Promise<never>((_, reject) => setTimeout(() => reject(new TransientError('too late')), 500));
    return Promise.race([super.send(request, options), late]);
  }
}

class NamesItsRequestsAtRandom extends MemorySink {
  override describe(request: SinkRequest) {
    return { ...super.describe(request), headers: { 'idempotency-key': randomUUID() } };
  }
}

class RemembersOneRequest extends MemorySink {
  #uuids: readonly string[] = [];

  override async send(request: SinkRequest, options: { readonly signal?: AbortSignal }) {
    this.#uuids = request.events.map(({ uuid }) => uuid);
    const { outcomes } = await super.send(request, options);
    return { outcomes: this.#uuids.map((_, index) => outcomes[index]) };
  }
}

class TrustsEveryEvent extends MemorySink {
  override encode(event: MappedEvent) {
    return super.encode({ ...event, names: Object.keys(event['properties']!) });
  }
}

class OpensWithAnEvent extends MemorySink {
  override async open() {
    const encoding = this.encode({ event: 'sluice test', uuid: randomUUID() });
    if (encoding.kind === 'encoded') await this.ask([encoding.event]);
  }
}

const BUGS: readonly (readonly [bug: string, Sink: typeof MemorySink, rule: RegExp])[] = [
  [
    'takes an unmentioned event for accepted',
    ForgetsAnEvent,
    /not mention must be sent again.*to do: look the events up/u,
  ],
  ['drops an event and reports it accepted', DropsAnEvent, /accepts must be at the destination.*to do:/u],
  [
    'takes a partial success for a whole one',
    TakesPartForWhole,
    /refuses must not be accepted.*to do: read the result/u,
  ],
  ['ignores its signal', IgnoresTheSignal, /must end at once when its signal aborts.*to do: pass the signal/u],
  ['ignores its signal once it has sent', IgnoresTheSignalOnceSent, /must end at once when its signal aborts/u],
  ['changes the event', ChangesTheEvent, /encode must not change the event.*to do: build a new object/u],
  ['changes what it sends again', ChangesWhatItSends, /assemble and send must not change an event/u],
  ['leaks its key in an error', LeaksItsKey, /may contain a secret.*to do: leave headers/u],
  ['leaks its key in the cause of an error', LeaksItsKeyInACause, /may contain a secret/u],
  ['shows its key in a preview', ShowsItsKey, /described request nor the identity may contain a secret/u],
  ['throws in its check', ThrowsInCheck, /check must not throw.*to do: catch the error/u],
  ['encodes an event as a list', EncodesAList, /must be one line of JSON, an object; it is .*to do: encode the event/u],
  ['checks nothing', ChecksNothing, /must not find everything good when.*to do: ask the destination/u],
  ['leaves events out beyond a number', AssemblesTenEvents, /of 100 events it took 10, in 10 places; to do: begin/u],
  [
    'accepts events without a connection',
    AcceptsWithoutAConnection,
    /must not be a success when the destination is gone; to do: translate/u,
  ],
  [
    'rejects all events when its key is refused',
    RejectsWhatIsRefused,
    /must not reject its events when the destination refuses everything.*to do: throw `RefusedError`/u,
  ],
  [
    'takes a refused key for an invalid request',
    FindsTheRequestInvalid,
    /must not reject its events when the destination refuses everything.*to do: throw `RefusedError`/u,
  ],
  [
    'does not send again what failed',
    RemembersWhatItTried,
    /a request that failed must be sent when.*to do: remember an event as sent only when/u,
  ],
  [
    'throws on an event without properties',
    TrustsEveryEvent,
    /must take an event whose `properties` is null, or reject it: it threw `TypeError.*to do: send something else/u,
  ],
  ['sends an event when it is opened', OpensWithAnEvent, /only send may send an event; .*: 1; to do: find out/u],
  ['has no fingerprint', HasNoFingerprint, /must have a description and a fingerprint.*to do: describe the place/u],
  ['has another identity in each instance', HasAnIdentityOfItsOwn, /must be the same whenever.*to do: make it from/u],
  ['has another identity at each time', HasAnIdentityOfTheMoment, /identity must be the same whenever/u],
  ['counts characters as bytes', CountsCharacters, /must be the size of the text in UTF-8: .*to do: count with/u],
  [
    'invents a user for an event without one',
    InventsAUser,
    /must give the same text whenever.*to do: take times and ids/u,
  ],
  ['encodes the time of the call', EncodesTheTime, /must give the same text whenever.*to do: take times and ids/u],
  [
    'leaves the timer of a request',
    LeavesTheTimerOfARequest,
    /no timer may run after close.*left: 1; to do: clear the timer of a call/u,
  ],
  [
    'names its requests at random',
    NamesItsRequestsAtRandom,
    /must have the same address and headers whenever.*to do: make names and ids of requests from/u,
  ],
  [
    'remembers only the last request',
    RemembersOneRequest,
    /one outcome for each event of its own request.*to do: keep what belongs to a request/u,
  ],
  ['leaves a timer', LeavesATimer, /no timer may run after close.*left: 1; to do: clear the timer/u],
];

describeSink(memorySinkOptions('a correct memory sink'));

describe('a destination that misbehaves', () => {
  it('says which events were asked for, in their order, beside what became of them', async () => {
    const double = destinationDouble({ answersForEach: true, answer: (events) => events, refusal: () => undefined });
    double.faults.refuse?.('b');
    double.faults.forget?.('c');
    expect(await double.answer(['a', 'b', 'c', 'd'], '')).to.deep.equal({
      taken: ['a', 'd'],
      refused: ['b'],
      asked: ['a', 'b', 'c', 'd'],
    });
  });

  it('cannot lose an event unseen where its answers do not count', () => {
    const double = destinationDouble({ answersForEach: 'refused', answer: () => 200, refusal: () => 403 });
    expect(double.faults).to.have.property('refuse');
    expect(double.faults).to.not.have.property('forget');
  });
});

describe('the conformance suite of sinks', () => {
  for (const [bug, Buggy, rule] of BUGS) {
    it(`finds a sink that ${bug}, and says what to do`, async () => {
      const failed = await failedTestsOf(() => describeSink(memorySinkOptions(bug, (at) => new Buggy(at))));
      expect(failed.map(({ message }) => message).join('\n')).to.match(rule);
    });
  }

  for (const [given, expected] of [
    [2000, 10_000],
    [60_000, 60_000],
    [0, 0],
  ] as const) {
    it(`gives its tests ${expected} ms where mocha gives ${given}`, () => {
      const mocha = new Mocha({ timeout: given });
      mocha.suite.emit('pre-require', {}, '', mocha);
      describeSink(memorySinkOptions('timed'));
      expect(mocha.suite.suites[0]?.timeout()).to.equal(expected);
      mocha.dispose();
    });
  }

  it('says so when the test finds no id in the requests that came', async () => {
    const failed = await failedTestsOf(() =>
      describeSink(memorySinkOptions('unread', undefined, { receivedUuids: async () => [] })),
    );
    expect(failed.length).to.be.greaterThan(2);
    for (const { title, message } of failed)
      expect(message, title).to.match(/finds no id of an event.*to do: read the ids in the test where `encode`/u);
  });

  it('asks for a destination that can fail, and for the secrets', async () => {
    const wanting = (overrides: object) =>
      failedTestsOf(() => describeSink(memorySinkOptions('wanting', undefined, overrides)));
    const [withoutSecrets] = await wanting({ secrets: undefined });
    expect(withoutSecrets?.message).to.contain('return `secrets: [key]` from `create`');
    const [withoutDestination] = await wanting({ destination: undefined });
    expect(withoutDestination?.message).to.contain('return `destination: { hang, fail, refuse, forget }`');
    const partly = await wanting({ destination: { hang: () => {}, fail: () => {} } });
    expect(partly.map(({ message }) => message).join('\n')).to.contain('return `destination.refuse` from `create`');
  });
});
