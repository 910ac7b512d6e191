import type { Runtime } from '@sluice/core/adapter';
import type { Mapper } from '@sluice/core/config';
import { RefusedError } from '@sluice/core/adapter';
import { runPipeline, type RunResult } from '@sluice/core/engine';
import type { PipelineState } from '@sluice/core/state';
import {
  manualRuntime,
  MemoryState,
  MemoryStateStore,
  recordingLogger,
  recordingSink,
  type ManualRuntime,
  type MemorySource,
  type RecordingLogger,
  type RecordingSink,
} from '@sluice/testkit';
import { expect } from 'chai';
import { aNote, aPipeline, DAY, HOUR, memoryNotes, MINUTE, NOW, notes } from './a-pipeline.js';

const LEASE_MS = 10_000;
const LATENCY_MS = 50;

type Parts = NonNullable<Parameters<typeof aPipeline>[0]>;

interface Worker {
  readonly sink: RecordingSink;
  readonly logger: RecordingLogger;
  /** The ids that the destination has accepted from it. */
  ids(): readonly string[];
  /** Everything of the worker stands still until `thaw`; its requests on their way arrive before. */
  freeze(): void;
  thaw(): void;
  stop(): void;
  run(): Promise<RunResult>;
}

interface Team {
  readonly source: MemorySource;
  readonly runtime: ManualRuntime;
  readonly memory: MemoryState;
  worker(onSend?: (worker: Worker, sends: number) => void, parts?: Parts): Worker;
  state(): Promise<PipelineState>;
}

/** Workers with one clock, one source and one state. */
function aTeam(records = notes(2500), shared: Parts = {}): Team {
  const runtime = manualRuntime({ startAt: NOW });
  const memory = new MemoryState();
  const source = memoryNotes(records, { now: () => runtime.now() });
  const store = () => new MemoryStateStore({ runtime, leaseMs: LEASE_MS, isShared: true }, memory);
  return {
    source,
    runtime,
    memory,
    state: async () => store().reader('notes').read(),
    worker: (onSend, parts) => {
      let thawed = Promise.resolve();
      let thaw = () => {};
      const own: Runtime = {
        now: () => runtime.now(),
        monotonicMs: () => runtime.monotonicMs(),
        random: () => runtime.random(),
        sleep: async (ms, signal) => {
          await runtime.sleep(ms, signal);
          await thawed;
        },
      };
      const stop = new AbortController();
      const logger = recordingLogger();
      const sink = recordingSink({
        answer: async (_, sends) => {
          onSend?.(worker, sends);
          await own.sleep(LATENCY_MS);
          return undefined;
        },
      });
      const { pipeline } = aPipeline({ source, sink, runtime, maxWindowMs: 2 * HOUR, ...shared, ...parts });
      const worker: Worker = {
        sink,
        logger,
        ids: () => sink.accepted.map(({ id }) => String(id)),
        freeze: () => {
          thawed = new Promise((resolve) => {
            thaw = resolve;
          });
        },
        thaw: () => thaw(),
        stop: () => stop.abort(),
        run: () => runPipeline({ ...pipeline, state: store() }, { runtime: own, logger }, { signal: stop.signal }),
      };
      return worker;
    },
  };
}

const outcomesOf = (results: readonly RunResult[]) => results.map(({ outcome }) => outcome);
const idsOf = (workers: readonly Worker[]) => workers.flatMap((worker) => worker.ids());
const sorted = (ids: readonly string[]) => ids.toSorted();
const allKeys = (count: number) => notes(count).map(({ key }) => key);

describe('several workers of one pipeline', () => {
  it('export the first backfill side by side, every record once', async () => {
    const team = aTeam();
    const workers = [1, 2, 3].map(() => team.worker());
    const results = await Promise.all(workers.map((worker) => worker.run()));
    expect(outcomesOf(results)).to.deep.equal(['done', 'done', 'done']);
    expect(sorted(idsOf(workers))).to.deep.equal(allKeys(2500));
    for (const worker of workers) expect(worker.ids().length).to.be.greaterThan(300);
    const { windows, backfilled, totals } = await team.state();
    expect(totals['note']).to.include({ read: 2500, accepted: 2500 });
    expect(windows.every(({ status, claim }) => status === 'done' && claim === undefined)).to.equal(true);
    expect(backfilled).to.deep.equal(['note']);
    expect(results.reduce((sum, { report }) => sum + (report.streams['note']?.accepted ?? 0), 0)).to.equal(2500);
  });

  it('are 3.6 times as fast as one when four wait for the destination, without a `maxWindow`', async () => {
    const delivery = { maxDeadLetterShare: 0.05, maxEvents: 25, maxInFlight: 2 };
    const exportedIn = async (count: number): Promise<number> => {
      const team = aTeam(notes(6000), { delivery, maxWindowMs: 365 * DAY });
      let lastSentAt = 0;
      const onSend = () => {
        lastSentAt = team.runtime.now();
      };
      const workers = Array.from({ length: count }, () => team.worker(onSend));
      await Promise.all(workers.map((worker) => worker.run()));
      expect(sorted(idsOf(workers))).to.deep.equal(allKeys(6000));
      return lastSentAt - NOW;
    };
    const [alone, together] = [await exportedIn(1), await exportedIn(4)];
    expect(alone / together).to.be.at.least(3.6);
  });

  it('follow one window after another, every change once and in order', async () => {
    const team = aTeam(notes(100), { revisitMs: 0, maxWindowMs: DAY });
    await team.worker().run();
    for (let day = 0; day < 8; day += 1) {
      for (let each = 0; each < 150; each += 1)
        team.source.put('note', aNote(`d${day}-${each}`, NOW + day * DAY + each));
    }
    team.runtime.advance(9 * DAY);
    const order: string[] = [];
    const note = ({ sink }: Worker) =>
      order.push(...(sink.sends.at(-1)?.events.map(({ id }) => String(id).slice(0, 2)) ?? []));
    const workers = [1, 2].map(() => team.worker((worker) => void setImmediate(() => note(worker))));
    expect(outcomesOf(await Promise.all(workers.map((worker) => worker.run())))).to.deep.equal(['done', 'done']);
    expect(new Set(idsOf(workers)).size).to.equal(1200);
    expect(idsOf(workers)).to.have.length(1200);
    expect(order).to.deep.equal(order.toSorted());
  });

  it('take over the window of a frozen one, which sends and commits nothing when it wakes', async () => {
    const team = aTeam();
    const frozen = team.worker((worker, sends) => {
      if (sends === 8) worker.freeze();
    });
    const others = [team.worker(), team.worker()];
    const ofFrozen = frozen.run();
    expect(outcomesOf(await Promise.all(others.map((worker) => worker.run())))).to.deep.equal(['done', 'done']);
    const { totals, revision } = await team.state();
    expect(totals['note']).to.include({ read: 2500, accepted: 2500 });
    const sends = frozen.sink.sends.length;
    frozen.thaw();
    const { outcome, failure } = await ofFrozen;
    expect(outcome).to.equal('failed');
    expect(failure?.message).to.contain('lease');
    expect(frozen.sink.sends.length).to.equal(sends);
    expect((await team.state()).revision).to.equal(revision);
    const all = idsOf([frozen, ...others]);
    expect(sorted([...new Set(all)])).to.deep.equal(allKeys(2500));
    // Only what was on its way when it froze.
    expect(all.length - 2500).to.be.at.most(400);
  });

  it('take over within the length of a lease and a second', async () => {
    const team = aTeam(notes(1));
    const frozen = team.worker((worker) => worker.freeze());
    const ofFrozen = frozen.run();
    const other = team.worker();
    await other.run();
    expect(other.ids()).to.deep.equal(allKeys(1));
    expect(team.runtime.now() - NOW).to.be.within(LEASE_MS - 1000, LEASE_MS + 2000);
    frozen.thaw();
    await ofFrozen;
  });

  it('go on with the windows of one that was stopped, from its cursor', async () => {
    const team = aTeam(notes(2500), { delivery: { maxDeadLetterShare: 0.05, maxEvents: 50, maxInFlight: 1 } });
    const stopped = team.worker((worker, sends) => {
      if (sends === 10) worker.stop();
    });
    const other = team.worker();
    const results = await Promise.all([stopped.run(), other.run()]);
    expect(outcomesOf(results)).to.deep.equal(['stopped', 'done']);
    expect(stopped.logger.lines.map(({ message }) => message)).to.include('the run ends; other workers go on');
    expect(sorted(idsOf([stopped, other]))).to.deep.equal(allKeys(2500));
  });

  it('all pause when one must, and go on when the cause is gone', async () => {
    const team = aTeam();
    const refused = team.worker((_, sends) => {
      if (sends === 5) throw new RefusedError('credentials', 'the key was revoked');
    });
    const other = team.worker();
    const results = await Promise.all([refused.run(), other.run()]);
    expect(outcomesOf(results)).to.deep.equal(['paused', 'paused']);
    expect(results[1]).to.include({ cause: 'credentials' });
    expect(other.ids().length).to.be.lessThan(1500);
    const { pause } = await team.state();
    expect(pause).to.include({ cause: 'credentials', message: 'the key was revoked' });
    const again = [team.worker(), team.worker()];
    expect(outcomesOf(await Promise.all(again.map((worker) => worker.run())))).to.deep.equal(['done', 'done']);
    expect((await team.state()).pause).to.equal(undefined);
    expect(new Set(idsOf([refused, other, ...again])).size).to.equal(2500);
  });

  it('share one pace', async () => {
    const team = aTeam(notes(3000), { delivery: { maxDeadLetterShare: 0.05, maxEventsPerSecond: 500 } });
    const workers = [1, 2, 3].map(() => team.worker());
    await Promise.all(workers.map((worker) => worker.run()));
    expect(sorted(idsOf(workers))).to.deep.equal(allKeys(3000));
    for (const worker of workers) expect(worker.ids().length).to.be.greaterThan(300);
    expect(team.runtime.now() - NOW).to.be.within(5_500, 9_000);
  });

  it('send a held record once, also when the one that reads it again dies', async () => {
    const team = aTeam([], { mapper: HOLDING, revisitMs: 0 });
    await team.worker().run();
    for (let each = 0; each < 20; each += 1) team.source.put('note', aNote(`h${each}`, NOW + each, 'open'));
    team.runtime.advance(HOUR);
    await Promise.all([team.worker().run(), team.worker().run()]);
    expect((await team.state()).held).to.have.length(20);
    for (let each = 0; each < 20; each += 1) {
      team.source.put('note', { ...aNote(`h${each}`, NOW + each, 'done'), updatedAt: NOW + 2 * HOUR });
    }
    team.runtime.advance(2 * HOUR);
    const frozen = team.worker((worker) => worker.freeze());
    const ofFrozen = frozen.run();
    const others = [team.worker(), team.worker()];
    const results = await Promise.all(others.map((worker) => worker.run()));
    expect(outcomesOf(results)).to.deep.equal(['done', 'done']);
    expect(sorted(idsOf(others))).to.deep.equal(sorted(Array.from({ length: 20 }, (_, each) => `h${each}`)));
    frozen.thaw();
    await ofFrozen;
    const { held, windows } = await team.state();
    expect([held, windows.filter(({ purpose }) => purpose === 'held')]).to.deep.equal([[], []]);
  });

  it('are refused while one process has the whole pipeline', async () => {
    const team = aTeam(notes(10));
    const whole = await new MemoryStateStore({ runtime: team.runtime, leaseMs: LEASE_MS }, team.memory).acquire(
      'notes',
    );
    const { outcome, failure } = await team.worker().run();
    expect(outcome).to.equal('failed');
    expect(failure?.message).to.contain('in use by process');
    await whole.release();
  });

  it('leave their windows to a process that has the whole pipeline', async () => {
    const team = aTeam();
    const stopped = team.worker((worker, sends) => {
      if (sends === 4) worker.stop();
    });
    await stopped.run();
    const { sink, pipeline, logger } = aPipeline({ source: team.source, runtime: team.runtime });
    const alone = {
      ...pipeline,
      state: new MemoryStateStore({ runtime: team.runtime, leaseMs: LEASE_MS }, team.memory),
    };
    const { outcome } = await runPipeline(
      alone,
      { runtime: team.runtime, logger },
      { signal: new AbortController().signal },
    );
    expect(outcome).to.equal('done');
    expect(sorted([...stopped.ids(), ...sink.accepted.map(({ id }) => String(id))])).to.deep.equal(allKeys(2500));
  });

  it('begin a new state together, with one handover', async () => {
    const team = aTeam(notes(10), { settleMs: 30 * MINUTE });
    const workers = [1, 2, 3, 4].map(() => team.worker());
    const results = await Promise.all(workers.map((worker) => worker.run()));
    expect(new Set(outcomesOf(results))).to.deep.equal(new Set(['done']));
    expect(sorted(idsOf(workers))).to.deep.equal(allKeys(10));
    expect((await team.state()).binding?.handover).to.equal(NOW - 30 * MINUTE);
  });
});

/** A note is final when its text does not begin with `open`. */
const HOLDING: Mapper = {
  events: [],
  hash: 'notes-held',
  streams: [
    {
      stream: 'note',
      fields: [{ field: 'id' }, { field: 'text' }],
      holds: true,
      map: ([id, text]) => {
        const uuid = `00000000-0000-5000-8000-${Buffer.from(String(id)).toString('hex').padStart(12, '0')}`;
        const events = [{ event: 'note', uuid, id: id ?? null, text: text ?? null }];
        return { kind: 'events', events, ...(String(text).startsWith('open') && { heldForMs: 6 * HOUR }) };
      },
    },
  ],
};
