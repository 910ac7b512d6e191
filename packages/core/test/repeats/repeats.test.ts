import { expect } from 'chai';
import { repeatGroups } from '#src/repeats/repeat-groups.js';
import { repeatProblems } from '#src/repeats/repeat-problems.js';
import { repeatSentence } from '#src/repeats/repeat-sentence.js';
import type { Repeats } from '#src/contracts/repeats.js';

const DAY_MS = 86_400_000;
const EVENTS = ['visit', 'answer', 'note'].map((event) => ({ event, fields: {} }));

function sentences(repeats: Repeats, events = EVENTS): readonly string[] {
  return repeatGroups(repeats, events).map((group) => repeatSentence('shop', group));
}

function problems(repeats: Repeats, revisitMs: number) {
  return repeatProblems('shop', repeatGroups(repeats, EVENTS), revisitMs);
}

describe('what a repeat does', () => {
  it('is one sentence where all events are alike', () => {
    expect(sentences({ effect: 'replace' })).to.deep.equal(['shop replaces an event that was sent before']);
    expect(sentences({ effect: 'add' })).to.deep.equal(['shop adds an event that was sent before: it counts again']);
    expect(sentences({ effect: 'ignore', withinMs: 7 * DAY_MS })).to.deep.equal([
      'shop ignores an event that was sent within 7d before: the first stays; one that was sent earlier counts again',
    ]);
  });

  it('is a sentence for each rule, with the events that it is for', () => {
    const repeats = { effect: 'replace', byEvent: { answer: { effect: 'add' }, note: { effect: 'add' } } } as const;
    expect(sentences(repeats)).to.deep.equal([
      'shop replaces an event `visit` that was sent before',
      'shop adds an event `answer` or `note` that was sent before: it counts again',
    ]);
  });

  it('names the events where all of them differ from the rule of the sink, and says where they count again', () => {
    const add = { effect: 'add', where: 'on its page of orders' } as const;
    const byEvent = { visit: add, answer: add, note: add };
    expect(sentences({ effect: 'replace', byEvent })).to.deep.equal([
      'shop adds an event `visit`, `answer` or `note` that was sent before: it counts again on its page of orders',
    ]);
    expect(sentences({ ...add, byEvent })).to.deep.equal([
      'shop adds an event that was sent before: it counts again on its page of orders',
    ]);
  });

  it('leaves out rules for events that the mapping does not make', () => {
    const repeats = { effect: 'replace', byEvent: { other: { effect: 'add' } } } as const;
    expect(sentences(repeats)).to.deep.equal(['shop replaces an event that was sent before']);
  });

  it('is that of the sink where the mapping makes no event', () => {
    expect(sentences({ effect: 'ignore' }, [])).to.deep.equal([
      'shop ignores an event that was sent before: the first stays',
    ]);
  });
});

describe('a revisit', () => {
  const codes = (repeats: Repeats, revisitMs = DAY_MS) => problems(repeats, revisitMs).map(({ code }) => code);

  it('delivers no changes where the first event stays', () => {
    const [problem, ...others] = problems({ effect: 'ignore' }, DAY_MS);
    expect(others).to.deep.equal([]);
    expect(problem).to.deep.include({
      code: 'changes-not-delivered',
      message: 'changes of records are not delivered: of an event that is sent again, shop keeps the first',
    });
    expect(problems({ effect: 'ignore', withinMs: 3_600_000 }, DAY_MS)[0]?.message).to.match(
      /keeps the first, and after 1h it counts a changed one twice$/,
    );
  });

  it('counts changed records twice where repeats are added', () => {
    expect(codes({ effect: 'add' })).to.deep.equal(['changes-count-twice']);
    expect(codes({ effect: 'replace', withinMs: DAY_MS - 1 })).to.deep.equal(['changes-count-twice']);
  });

  it('is right where repeats are replaced, and where it is 0', () => {
    expect(codes({ effect: 'replace' })).to.deep.equal([]);
    expect(codes({ effect: 'replace', withinMs: DAY_MS })).to.deep.equal([]);
    for (const effect of ['ignore', 'add'] as const) expect(codes({ effect }, 0)).to.deep.equal([]);
  });

  it('is judged by the events of the mapping', () => {
    const byEvent = { answer: { effect: 'add' }, other: { effect: 'ignore' } } as const;
    expect(codes({ effect: 'replace', byEvent })).to.deep.equal(['changes-count-twice']);
    expect(problems({ effect: 'add', byEvent: { visit: { effect: 'replace' } } }, DAY_MS)[0]?.message).to.equal(
      'changed records count twice: shop adds an event `answer` or `note` that was sent before: it counts again',
    );
  });
});
