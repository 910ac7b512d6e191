import { RefusedError, TransientError, UnexpectedAnswerError } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError } from '@sluice/core/sink';
import type { Observation } from '@sluice/core/service';
import { recordingSink, type RecordingSinkOptions } from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, HOUR, memoryNotes, MINUTE, NOW, notes, type Bench } from './a-pipeline.js';

type Kind = Observation['kind'];

async function observed(bench: Bench): Promise<readonly Observation[]> {
  const seen: Observation[] = [];
  await bench.run({ observe: (observation) => seen.push(observation) }).catch(() => undefined);
  return seen;
}

function only<K extends Kind>(seen: readonly Observation[], kind: K): readonly Extract<Observation, { kind: K }>[] {
  return seen.filter((each): each is Extract<Observation, { kind: K }> => each.kind === kind);
}

function fails(failure: Error) {
  return () => {
    throw failure;
  };
}

/** The outcomes of the requests of a run whose sink answers the first request in this way. */
async function outcomesWith(first: RecordingSinkOptions['answer']): Promise<readonly string[]> {
  const sink = recordingSink({ answer: (send, number) => (number === 1 ? first?.(send, number) : undefined) });
  return only(await observed(aPipeline({ records: notes(4), sink })), 'request-ended').map(({ outcome }) => outcome);
}

describe('the observer of a run', () => {
  it('learns when the run starts and how it ends', async () => {
    const seen = await observed(aPipeline({ records: notes(10) }));
    expect(seen.at(0)).to.have.property('kind', 'run-started');
    expect(seen.at(-1)).to.include({ kind: 'run-ended', outcome: 'done' });
  });

  it('learns why a run paused or failed, and of a bug', async () => {
    const endOf = async (failure: Error) => {
      const sink = recordingSink({ onOpen: fails(failure) });
      return (await observed(aPipeline({ sink }))).at(-1);
    };
    expect(await endOf(new RefusedError('quota', 'used up'))).to.include({ outcome: 'paused', cause: 'quota' });
    expect(await endOf(new UnexpectedAnswerError('HTML'))).to.include({ outcome: 'failed', message: 'HTML' });
    expect(await endOf(new TypeError('oops'))).to.include({ outcome: 'bug', message: 'TypeError: oops' });
  });

  it('can add up the commits to the report of the run', async () => {
    const bench = aPipeline({ records: [...notes(90), aNote('bad', NOW - 3 * HOUR, 'unmappable')], maxWindowMs: HOUR });
    const seen = await observed(bench);
    const commits = only(seen, 'committed');
    expect(commits.reduce((sum, { counts }) => sum + counts.read, 0)).to.equal(91);
    expect(commits.reduce((sum, { counts }) => sum + counts.accepted, 0)).to.equal(90);
    expect(commits.reduce((sum, { deadLetters }) => sum + deadLetters, 0)).to.equal(1);
    expect(commits.at(-1)?.openDeadLetters).to.equal(1);
    expect(only(seen, 'window-done').length).to.be.greaterThan(1);
  });

  it('is called for pages, requests and commits, never for single records', async () => {
    const bench = aPipeline({ records: notes(5000) });
    const seen = await observed(bench);
    expect(only(seen, 'page-read').length).to.be.within(50, 60);
    expect(only(seen, 'request-ended').reduce((sum, { events }) => sum + events, 0)).to.equal(5000);
    expect(seen.length).to.be.lessThan(200);
  });

  it('learns the outcome of each request', async () => {
    expect(await outcomesWith(undefined)).to.deep.equal(['accepted']);
    expect(await outcomesWith(fails(new TransientError('busy')))).to.deep.equal(['transient', 'accepted']);
    expect(await outcomesWith(fails(new UnexpectedAnswerError('HTML')))).to.deep.equal(['unexpected', 'accepted']);
    expect(await outcomesWith(fails(new TooLargeError('big')))).to.deep.equal(['too-large', 'accepted', 'accepted']);
    expect(await outcomesWith(fails(new InvalidRequestError('bad')))).to.deep.equal([
      'invalid',
      'accepted',
      'accepted',
    ]);
    expect(await outcomesWith(fails(new RefusedError('quota', 'used up')))).to.deep.equal(['refused']);
    expect(await outcomesWith(fails(new TypeError('oops')))).to.deep.equal(['failed']);
    expect(await outcomesWith(() => ({ outcomes: [] }))).to.deep.equal(['partial', 'accepted']);
    const refused = { kind: 'refused', refusal: 'quota', message: 'used up' } as const;
    expect(await outcomesWith(() => ({ outcomes: [refused] }))).to.deep.equal(['refused']);
  });

  it('learns of every retry and of the answer after it', async () => {
    let opened = 0;
    const sink = recordingSink({
      onOpen: () => {
        opened += 1;
        if (opened < 3) throw new TransientError('asleep');
      },
    });
    const seen = await observed(aPipeline({ records: notes(3), sink }));
    const retries = only(seen, 'retry').map(({ peer, attempt, message }) => [peer, attempt, message]);
    expect(retries).to.deep.equal([
      ['sink', 1, 'asleep'],
      ['sink', 2, 'asleep'],
    ]);
    const answer = seen.findIndex((each) => each.kind === 'answered' && each.peer === 'sink');
    expect(answer).to.be.greaterThan(seen.findLastIndex(({ kind }) => kind === 'retry'));
  });

  it('learns how far the source is followed and what its clock says', async () => {
    const bench = aPipeline({ records: notes(10) });
    const first = await observed(bench);
    expect(only(first, 'followed').at(-1)?.until).to.equal(NOW - 30 * MINUTE);
    expect(only(first, 'source-time')[0]?.now).to.equal(NOW);
    bench.runtime.advance(HOUR);
    expect(only(await observed(bench), 'followed').at(-1)?.until).to.equal(bench.runtime.now() - 30 * MINUTE);
  });

  it('learns how long a slow page took', async () => {
    const bench = aPipeline();
    const source = memoryNotes(notes(10), { now: () => NOW, beforePage: () => bench.runtime.sleep(400) });
    const slow = aPipeline({ source, runtime: bench.runtime });
    const [page] = only(await observed(slow), 'page-read');
    expect(page).to.include({ stream: 'note', records: 10 });
    expect(page?.durationMs).to.be.at.least(400);
  });
});

describe('the log of a run', () => {
  it('names the pipeline and the run in every line, and the window and event where there is one', async () => {
    const [bad] = notes(3);
    const rejected = { kind: 'rejected', reason: 'too-old', detail: 'from 1970' } as const;
    const accepted = { kind: 'accepted', assurance: 'event' } as const;
    const sink = recordingSink({
      answer: ({ events }) => ({ outcomes: events.map(({ id }) => (id === bad?.key ? rejected : accepted)) }),
    });
    const bench = aPipeline({ records: notes(3), sink });
    const { report } = await bench.run({ runId: 'abcd1234' });
    expect(report.runId).to.equal('abcd1234');
    for (const { fields } of bench.logger.lines) expect(fields).to.include({ pipeline: 'notes', run: 'abcd1234' });
    const line = bench.logger.lines.find(({ fields }) => 'deadLetter' in fields);
    expect(line?.fields).to.include({ window: 1, stream: 'note', key: bad?.key, deadLetter: '1-1', reason: 'too-old' });
    expect(line?.fields)
      .to.have.property('event')
      .that.matches(/^[0-9a-f-]{36} note$/u);
  });
});
