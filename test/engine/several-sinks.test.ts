import { setImmediate } from 'node:timers/promises';
import { RefusedError, TransientError } from '@sluice/core/adapter';
import type { RunResult } from '@sluice/core/engine';
import { recordingSink, type RecordingSink } from '@sluice/testkit';
import { expect } from 'chai';
import { memoryNotes, NOW, notes } from './a-pipeline.js';
import { someBranches } from './some-branches.js';

const RECORDS = notes(1000);
const LEFT_BEHIND = 'a sink takes no records; the others read on, and it reads for itself until it has caught up';

function aSource(options: Parameters<typeof memoryNotes>[1] = {}) {
  return memoryNotes(RECORDS, { now: () => NOW + 12_345, pageSize: 50, ...options });
}

function outcomes(results: Readonly<Record<string, RunResult | Error>>) {
  return Object.fromEntries(
    Object.entries(results).map(([name, result]) => [name, result instanceof Error ? result.message : result.outcome]),
  );
}

function keysAt(sink: RecordingSink): readonly unknown[] {
  return sink.accepted.map(({ id }) => id).toSorted();
}

const ALL = RECORDS.map(({ key }) => key);

describe('several sinks over one read', () => {
  it('reads the source once for all, and gives every sink every record once', async () => {
    const source = aSource();
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }), c: recordingSink({ destination: 'c' }) };
    const branches = someBranches(source, sinks);
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done', c: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(ALL);
    const windows = new Set(source.reads.map(({ window }) => JSON.stringify(window)));
    expect(source.reads).to.have.length(windows.size);
    expect(branches.calls).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('lets the others finish when a sink refuses its key in the middle, which later goes on from its own cursor', async () => {
    const source = aSource();
    let isRefused = true;
    const b = recordingSink({
      destination: 'b',
      answer: (_send, number) => {
        if (isRefused && number > 4) throw new RefusedError('credentials', 'the key is refused');
        return undefined;
      },
    });
    const sinks = { a: recordingSink(), b, c: recordingSink({ destination: 'c' }) };
    const branches = someBranches(source, sinks);
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'paused', c: 'done' });
    expect(keysAt(sinks.a)).to.deep.equal(ALL);
    expect(keysAt(sinks.c)).to.deep.equal(ALL);
    const readBefore = source.reads.length;
    isRefused = false;
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done', c: 'done' });
    expect([...new Set(keysAt(b))]).to.deep.equal(ALL);
    expect(source.reads[readBefore]?.after).to.be.a('string');
    expect(keysAt(sinks.a)).to.deep.equal(ALL);
  });

  it('leaves a sink behind that hangs, and ends with the others', async () => {
    const source = aSource();
    const stop = new AbortController();
    let release: (answer: undefined) => void = () => undefined;
    const released = new Promise<undefined>((resolve) => {
      release = resolve;
    });
    const b = recordingSink({ destination: 'b', answer: () => released });
    const a = recordingSink();
    const branches = someBranches(source, { a, b });
    const running = branches.run(['a', 'b'], { signal: stop.signal });
    while ((await branches.state('a')).lastRun === undefined) await setImmediate();
    expect(keysAt(a)).to.deep.equal(ALL);
    expect(branches.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.have.length(1);
    stop.abort(new Error('enough'));
    release(undefined);
    expect(outcomes(await running)).to.deep.equal({ a: 'done', b: 'stopped' });
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done' });
    expect([...new Set(keysAt(b))]).to.deep.equal(ALL);
    expect(keysAt(a)).to.deep.equal(ALL);
  });

  it('keeps pace with a slow sink as long as it moves, and reads once', async () => {
    const source = aSource();
    const slow = someBranches(source, {
      a: recordingSink(),
      b: recordingSink({ destination: 'b', answer: async () => (await slow.runtime.sleep(2000), undefined) }),
    });
    expect(outcomes(await slow.run())).to.deep.equal({ a: 'done', b: 'done' });
    expect(slow.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.deep.equal([]);
    expect(source.reads.filter(({ after }) => after !== undefined)).to.deep.equal([]);
  });

  it('does not let a bug of one sink reach the others', async () => {
    const source = aSource();
    const a = recordingSink();
    const b = recordingSink({
      destination: 'b',
      answer: (_send, number) => {
        if (number === 5) throw new TypeError('a bug');
        return undefined;
      },
    });
    const branches = someBranches(source, { a, b });
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'a bug' });
    expect(keysAt(a)).to.deep.equal(ALL);
    expect(branches.calls).to.deep.equal({ opened: 1, closed: 1 });
  });

  it('gives an error of the read to all, and reads on once for all', async () => {
    let failures = 0;
    const source = aSource({
      beforePage: (_request, number) => {
        if (number !== 3 || failures === 2) return;
        failures += 1;
        throw new TransientError('the connection broke');
      },
    });
    const sinks = { a: recordingSink(), b: recordingSink({ destination: 'b' }) };
    const branches = someBranches(source, sinks);
    expect(outcomes(await branches.run())).to.deep.equal({ a: 'done', b: 'done' });
    for (const sink of Object.values(sinks)) expect(keysAt(sink)).to.deep.equal(ALL);
    expect(branches.logger.lines.filter(({ message }) => message === LEFT_BEHIND)).to.deep.equal([]);
    const windows = new Set(source.reads.map(({ window }) => JSON.stringify(window)));
    expect(source.reads).to.have.length(windows.size + 2);
  });
});
