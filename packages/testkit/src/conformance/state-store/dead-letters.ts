import { expect } from 'chai';
import { aDeadLetter, advance, anAttribution, close, plan } from '../state-changes.js';
import { idsOf, lettersOf, type StateStoreSubject } from './subject.js';

export function describeDeadLetters(subject: StateStoreSubject): void {
  function add(...ids: readonly string[]) {
    return advance(1, 0, { deadLetters: ids.map(aDeadLetter) });
  }

  subject.test('returns all fields of dead letters, oldest first, and counts them', async (writer) => {
    const { event: _, ...withoutEvent } = aDeadLetter('10');
    const letter = { ...withoutEvent, record: { 'trace.id': 't', nested: [1, null, { a: true }] }, attempts: 3 };
    await writer.commit([plan(1, 1_000, 2_000), add('9')]);
    const state = await writer.commit([advance(1, 0, { deadLetters: [letter, aDeadLetter('1')] })]);
    expect(state.openDeadLetters).to.equal(3);
    expect(await lettersOf(subject.reader)).to.deep.equal([aDeadLetter('9'), letter, aDeadLetter('1')]);
    expect(await lettersOf(writer)).to.deep.equal([aDeadLetter('9'), letter, aDeadLetter('1')]);
  });

  subject.test('returns all dead letters, even if there are many', async (writer) => {
    const ids = Array.from({ length: 1203 }, (_, number) => `1-${number}`);
    await writer.commit([plan(1, 1_000, 2_000), add(...ids)]);
    expect(await idsOf(subject.reader)).to.deep.equal(ids);
  });

  subject.test('closes dead letters for good, and remembers who closed them and what they were', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), add('a', 'b', 'c')]);
    await writer.commit([close(['b'])]);
    const state = await writer.commit([close(['c'], 'discarded')]);
    expect(state.openDeadLetters).to.equal(1);
    expect(state.history).to.deep.equal([
      { ...anAttribution, what: 'replay', detail: '1 dead letter replayed' },
      { ...anAttribution, what: 'discard', detail: '1 dead letter discarded' },
    ]);
    const { at } = anAttribution;
    expect(state.closedDeadLetters).to.deep.equal([
      { stream: 'trace', key: 'key of b', reason: 'future-timestamp', how: 'replayed', at },
      { stream: 'trace', key: 'key of c', reason: 'future-timestamp', how: 'discarded', at },
    ]);
    expect(await idsOf(writer)).to.deep.equal(['a']);
    expect(await subject.readElsewhere()).to.deep.equal(state);
    await subject.release(writer);
    expect(await idsOf(await subject.acquire(await subject.underTest.reopen()))).to.deep.equal(['a']);
  });

  subject.test('closes a dead letter once, and ignores ids that are closed, unknown or repeated', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), add('a', 'b', 'c')]);
    await writer.commit([close(['a'])]);
    const state = await writer.commit([close(['a', 'b', 'b', 'no such']), close(['b', 'no such'])]);
    expect(state.openDeadLetters).to.equal(1);
    expect(state.closedDeadLetters.map(({ key }) => key)).to.deep.equal(['key of a', 'key of b']);
    expect(state.history.map(({ detail }) => detail)).to.deep.equal([
      '1 dead letter replayed',
      '1 dead letter replayed',
    ]);
    expect(await idsOf(subject.reader)).to.deep.equal(['c']);
  });

  subject.test('closes dead letters in the commit that adds new ones', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), add('a')]);
    const state = await writer.commit([add('b'), close(['a']), add('c'), close(['c'], 'discarded')]);
    expect(state.openDeadLetters).to.equal(1);
    expect(await idsOf(subject.reader)).to.deep.equal(['b']);
    expect(await subject.readElsewhere()).to.deep.equal(state);
  });

  subject.test('lets dead letters be closed while they are read', async (writer) => {
    await writer.commit([plan(1, 1_000, 2_000), add('a', 'b', 'c')]);
    const seen: string[] = [];
    for await (const { id } of writer.deadLetters()) {
      seen.push(id);
      await writer.commit([close([id])]);
    }
    expect(seen).to.deep.equal(['a', 'b', 'c']);
    expect(await idsOf(subject.reader)).to.deep.equal([]);
  });
}
