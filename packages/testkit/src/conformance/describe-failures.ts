import { inspect } from 'node:util';
import { SluiceError, TransientError, type CheckResult } from '@sluice/core/adapter';
import { InvalidRequestError, TooLargeError, type Sink, type SinkRequest } from '@sluice/core/sink';
import { it } from 'mocha';
import { mustHold } from './rule.js';
import type { SentOutcome, SinkBench } from './sink-bench.js';
import { thrownBy } from './thrown-by.js';

/** An event whose request is invalid or too large is asked about alone, and then rejected as well. */
function rejects(outcome: SentOutcome): boolean {
  if (outcome?.kind !== 'failed') return outcome?.kind === 'rejected';
  return outcome.error instanceof InvalidRequestError || outcome.error instanceof TooLargeError;
}

/** Long enough for any code that listens to the signal; only a test that fails waits for it. */
const PATIENCE_MS = 1000;

/** What a sink says and does when its destination misbehaves. */
export function describeFailures(bench: () => SinkBench): void {
  it('is tested with its secrets, and with a destination that can fail', () => {
    const { secrets, destination } = bench().subject;
    mustHold(
      secrets !== undefined,
      'the suite must know what no message may contain',
      'return `secrets: [key]` from `create`, or `secrets: []` for a sink without any',
    );
    mustHold(
      destination !== undefined,
      'the suite must be able to make the destination fail',
      "return `destination: { hang, fail, refuse, forget }` of the double from `create`, or `destination: 'local'` for a file",
    );
  });

  it('reports in its check what is wrong, and never throws it', async () => {
    const { sink, faults } = bench();
    faults?.fail();
    await checked(sink.check(), 'refuses everything');
    await bench().dispose();
    const findings = await checked(sink.check(), 'is gone');
    mustHold(
      faults === undefined || findings.some(({ outcome }) => outcome !== 'good'),
      'check must not find everything good when the destination is gone',
      'ask the destination, or give the outcome `unknown` where it cannot be asked',
    );
  });

  it('throws the errors of the contract, without a secret in them', async () => {
    const { sink, faults } = bench();
    await sink.open();
    const events = bench().encoded(2);
    faults?.fail();
    const [request] = sink.assemble(events, bench().context).requests;
    const sent = request && thrownBy(sink.send(request, { attempt: 1 }));
    const failures = [await thrownBy(sink.open()), await sent];
    const findings = await sink.check().catch((error: unknown) => error);
    await bench().dispose();
    failures.push(await thrownBy(sink.open()), await thrownBy(request && sink.send(request, { attempt: 2 })));
    for (const error of failures) {
      mustHold(
        error === undefined || error instanceof SluiceError,
        `a failure of the destination must be an error of the contract, not \`${String(error)}\``,
        'translate it into TransientError, RefusedError, InvalidRequestError, TooLargeError or UnexpectedAnswerError',
      );
    }
    mustNotContain(
      inspect([failures, findings], { depth: Infinity }),
      bench().subject.secrets,
      'no message, cause or finding may contain a secret',
      'leave headers and addresses with a key out of errors, and quote an answer only through `context.redactor.redact`',
    );
  });

  for (const [state, breaks] of [
    ['refuses everything', async () => bench().faults?.fail()],
    ['is gone', () => bench().dispose()],
  ] as const) {
    it(`neither accepts nor rejects events when the destination ${state}`, async () => {
      const { sink, faults } = bench();
      if (faults === undefined) return;
      await sink.open();
      const events = bench().encoded(2);
      await breaks();
      const outcomes = [...(await bench().outcomesOf(events)).values()];
      mustHold(
        !outcomes.some((outcome) => outcome?.kind === 'accepted'),
        `a request must not be a success when the destination ${state}`,
        'translate a failed connection, and the status of an answer before its body, into an error of the contract',
      );
      mustHold(
        !outcomes.every(rejects),
        `a request must not reject its events when the destination ${state}: all would become dead letters`,
        'throw `RefusedError` for a wrong key or a quota and `TransientError` for a failure that passes',
      );
    });
  }

  it('sends what failed again when its destination has recovered', async () => {
    const { sink, faults, context, subject } = bench();
    if (faults?.recover === undefined) return;
    await sink.open();
    const [first, ...others] = bench().encoded(3);
    if (first === undefined) return;
    await bench().send([first]);
    await bench().mustHaveArrived(subject.events(1));
    const { requests } = sink.assemble(others, context);
    faults.fail();
    for (const request of requests) await thrownBy(sink.send(request, { attempt: 1 }));
    faults.recover();
    for (const request of requests) await sentAgain(sink, request);
    const received = await subject.receivedUuids();
    mustHold(
      others.every(({ uuid }) => received.includes(uuid)),
      'a request that failed must be sent when the engine tries it again, and only then be accepted',
      'remember an event as sent only when the destination has confirmed it, or do not remember any',
    );
  });

  it('shows its requests and its identity without a secret', () => {
    const { sink, context, subject } = bench();
    const { requests } = sink.assemble(bench().encoded(2), context);
    mustNotContain(
      inspect([sink.identity(), requests.map((request) => sink.describe(request))], { depth: Infinity }),
      subject.secrets,
      'neither a described request nor the identity may contain a secret',
      'put `***` in its place in `describe`, and a hash of it into the fingerprint',
    );
  });

  it('gives up in the middle of a request when it is told to', async () => {
    const { sink, faults } = bench();
    if (faults === undefined) return;
    await sink.open();
    const [request] = sink.assemble(bench().encoded(1), bench().context).requests;
    if (request === undefined) throw new Error('one event makes one request');
    const reason = new Error('stopped by the test');
    const abort = new AbortController();
    const reached = new Promise<void>((resolve) => faults.hang(resolve));
    const sent = sink.send(request, { attempt: 1, signal: abort.signal }).catch((error: unknown) => error);
    await orPatience(Promise.race([reached, sent]));
    abort.abort(reason);
    const ended = await orPatience(sent);
    mustHold(
      ended === reason,
      'send must end at once when its signal aborts, and throw the reason of the signal',
      'pass the signal to the client that sends, and call `signal.throwIfAborted()` in its catch',
    );
  });

  it('does not take a partial success for a whole one', async () => {
    const { faults } = bench();
    if (faults === undefined) return;
    const { refused, others } = await outcomesWithout(bench(), 'refuse');
    if (!('refuse' in faults)) return;
    mustHold(
      refused?.kind === 'rejected' || refused?.kind === 'failed',
      'an event that the destination refuses must not be accepted, even if its request is',
      'read the result of every event in the answer, and give `rejected` for one that is refused for good',
    );
    mustHold(
      refused.kind === 'failed' || others.every((each) => each?.kind === 'accepted'),
      'the events that the destination accepts must be accepted although it refuses another one',
      'give the outcome of each event, in the order of the events of the request',
    );
  });

  it('does not take an event that the answer does not mention for accepted', async () => {
    const { faults } = bench();
    if (faults === undefined) return;
    const { refused: forgotten } = await outcomesWithout(bench(), 'forget');
    if (!('forget' in faults)) return;
    mustHold(
      forgotten === undefined || forgotten.kind === 'retry' || forgotten.kind === 'failed',
      'an event that the answer does not mention must be sent again: the destination has not confirmed it',
      'look the events up in the answer by their id, or compare its counts with those of the request if it names only what it refuses; leave the outcome of one that is missing undefined',
    );
  });
}

/** That a connection is broken may be found out only by the next attempt. */
async function sentAgain(sink: Sink, request: SinkRequest, attempt = 2): Promise<void> {
  const error = await thrownBy(sink.send(request, { attempt }));
  if (error instanceof TransientError && attempt < 4) return sentAgain(sink, request, attempt + 1);
  if (error !== undefined) throw error;
}

async function checked(check: Promise<readonly CheckResult[]>, state: string): Promise<readonly CheckResult[]> {
  const error = await thrownBy(check);
  mustHold(
    error === undefined,
    `check must not throw when the destination ${state}: it threw \`${String(error)}\``,
    'catch the error of the call and return a finding with the outcome `bad`, the message and a fix',
  );
  return check;
}

/** What became of an event that the destination does not take, and of those sent with it. */
async function outcomesWithout(bench: SinkBench, fault: 'refuse' | 'forget') {
  await bench.sink.open();
  const events = bench.encoded(5);
  const spared = events[1]?.uuid ?? '';
  bench.faults?.[fault]?.(spared);
  const outcomes = await bench.outcomesOf(events);
  const isForEach = [...outcomes.values()].some((each) => each?.kind === 'accepted' && each.assurance === 'event');
  mustHold(
    bench.faults?.[fault] !== undefined || !isForEach,
    'a sink with the assurance `event` says that the destination answers for each event, so the suite must see it do so',
    `return \`destination.${fault}\` from \`create\`, or give the assurance \`request\``,
  );
  const others = [...outcomes].flatMap(([uuid, each]) => (uuid === spared ? [] : [each]));
  return { refused: outcomes.get(spared), others };
}

/** Neither as it is nor as headers and addresses have it. */
function mustNotContain(text: string, secrets: readonly string[] = [], rule: string, help: string): void {
  for (const secret of secrets) {
    const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    mustHold(!forms.some((form) => text.includes(form)), rule, help);
  }
}

async function orPatience<Result>(promise: Promise<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
  });
  return Promise.race([promise, patience]).finally(() => clearTimeout(timer));
}
