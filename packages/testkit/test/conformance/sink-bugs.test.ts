import { RefusedError } from '@sluice/core/adapter';
import type { EncodedEvent, MappedEvent, Outcome, Sink, SinkRequest } from '@sluice/core/sink';
import { describeSink } from '@sluice/testkit';
import { expect } from 'chai';
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
];

describeSink(memorySinkOptions('a correct memory sink'));

describe('the conformance suite of sinks', () => {
  for (const [bug, Buggy, rule] of BUGS) {
    it(`finds a sink that ${bug}, and says what to do`, async () => {
      const failed = await failedTestsOf(() => describeSink(memorySinkOptions(bug, (at) => new Buggy(at))));
      expect(failed.map(({ message }) => message).join('\n')).to.match(rule);
    });
  }

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
