import type { Runtime } from '@sluice/core/adapter';
import type { Mapper } from '@sluice/core/config';
import { RefusedError, TransientError } from '@sluice/core/adapter';
import { TooLargeError } from '@sluice/core/sink';
import {
  estimateRest,
  planRewind,
  previewPipeline,
  rewindPipeline,
  runPipeline,
  type RunResult,
} from '@sluice/core/engine';
import type { Observation } from '@sluice/core/service';
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
  run(options?: Partial<Parameters<typeof runPipeline>[2]>): Promise<RunResult>;
}

interface Team {
  readonly source: MemorySource;
  readonly runtime: ManualRuntime;
  readonly memory: MemoryState;
  worker(onSend?: (worker: Worker, sends: number) => void, parts?: Parts): Worker;
  state(): Promise<PipelineState>;
  /** A run of a process that has the whole pipeline. */
  alone(): Promise<{ readonly outcome: RunResult['outcome']; readonly ids: readonly string[] }>;
}

/** Workers with one clock, one source and one state. `estimated`: how many records the source says a window has. */
function aTeam(records = notes(2500), shared: Parts = {}, estimated?: number): Team {
  const runtime = manualRuntime({ startAt: NOW });
  const memory = new MemoryState();
  const inMemory = memoryNotes(records, { now: () => runtime.now() });
  const source = estimated === undefined ? inMemory : { ...inMemory, estimate: async () => estimated };
  const store = () => new MemoryStateStore({ runtime, leaseMs: LEASE_MS, isShared: true }, memory);
  return {
    source,
    runtime,
    memory,
    state: async () => store().reader('notes').read(),
    alone: async () => {
      const { sink, pipeline, context } = aPipeline({ source, runtime, ...shared });
      const state = new MemoryStateStore({ runtime, leaseMs: LEASE_MS }, memory);
      const { outcome } = await runPipeline({ ...pipeline, state }, context, { signal: new AbortController().signal });
      return { outcome, ids: sink.accepted.map(({ id }) => String(id)) };
    },
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
        run: (options) =>
          runPipeline({ ...pipeline, state: store() }, { runtime: own, logger }, { signal: stop.signal, ...options }),
      };
      return worker;
    },
  };
}

const outcomesOf = (results: readonly RunResult[]) => results.map(({ outcome }) => outcome);
const idsOf = (workers: readonly Worker[]) => workers.flatMap((worker) => worker.ids());
const sizesOf = ({ sink }: Worker) => sink.sends.map(({ events }) => events.length);
/** What a destination does that takes so many events at a time. */
function refuseAbove(events: number, worker: Worker): void {
  if ((sizesOf(worker).at(-1) ?? 0) > events) throw new TooLargeError('413');
}
const sorted = (ids: readonly string[]) => ids.toSorted();
/** Notes created in the day after the handover, evenly. */
const notesOfADay = () =>
  Array.from({ length: 1500 }, (_, each) => aNote(`n${String(each).padStart(6, '0')}`, NOW + each * MINUTE * 0.9));
const allKeys = (count: number) => notes(count).map(({ key }) => key);

/** A team with a day to follow, of which one worker has sent three requests and was then stopped: most slices are open. */
async function aTeamWithOpenSlices() {
  const team = aTeam([], { maxWindowMs: DAY }, 2_000_000);
  await team.worker().run();
  const created = notesOfADay();
  for (const note of created) team.source.put('note', note);
  team.runtime.advance(DAY);
  const stopped = team.worker((worker, sends) => {
    if (sends === 3) worker.stop();
  });
  await stopped.run();
  return { team, stopped, keys: sorted(created.map(({ key }) => key)) };
}

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

  it('invite others while there is work that nobody has, who leave when there is none', async () => {
    const team = aTeam(notes(2500), { delivery: { maxDeadLetterShare: 0.05, maxEvents: 5, maxInFlight: 1 } });
    const joined: Promise<RunResult>[] = [];
    const workers = [team.worker()];
    const ends: Observation[] = [];
    const observe = (each: Observation) => void (each.kind === 'run-ended' && ends.push(each));
    const invite = () => {
      if (workers.length === 4) return;
      const worker = team.worker();
      workers.push(worker);
      joined.push(worker.run({ joins: true, invite, observe }));
    };
    const result = await workers[0]?.run({ invite, observe });
    expect(workers).to.have.length(4);
    // Whoever joins has left before the run is done: that waits for the windows of all.
    expect(ends.map((end) => 'outcome' in end && end.outcome)).to.deep.equal(['left', 'left', 'left', 'done']);
    expect(outcomesOf(await Promise.all(joined))).to.deep.equal(['done', 'done', 'done']);
    expect(sorted(idsOf(workers))).to.deep.equal(allKeys(2500));
    for (const worker of workers) expect(worker.ids().length).to.be.greaterThan(200);
    expect(result?.outcome).to.equal('done');

    const { revision, lastRun } = await team.state();
    const late = team.worker();
    expect((await late.run({ joins: true, invite })).outcome).to.equal('done');
    const after = await team.state();
    expect([after.revision, after.lastRun, late.ids()]).to.deep.equal([revision, lastRun, []]);
  });

  it('invite nobody to the windows that they follow one after another, or to a short run', async () => {
    const team = aTeam(notes(60), { revisitMs: 0, maxWindowMs: DAY });
    let invitations = 0;
    const invite = () => {
      invitations += 1;
    };
    await team.worker().run({ invite });
    for (let each = 0; each < 1500; each += 1) team.source.put('note', aNote(`later-${each}`, NOW + each));
    team.runtime.advance(DAY);
    const begun = team.runtime.now();
    const slow = { delivery: { maxDeadLetterShare: 0.05, maxEvents: 5, maxInFlight: 1 } };
    await team.worker(undefined, slow).run({ invite });
    expect(team.runtime.now() - begun).to.be.greaterThan(10_000);
    expect(invitations).to.equal(0);
  });

  it('invite others to the slices of a large window', async () => {
    const slow = { delivery: { maxDeadLetterShare: 0.05, maxEvents: 5, maxInFlight: 1 } };
    const team = aTeam([], { maxWindowMs: DAY, ...slow }, 2_000_000);
    await team.worker().run();
    const created = notesOfADay();
    for (const note of created) team.source.put('note', note);
    team.runtime.advance(DAY);
    const workers = [team.worker()];
    const joined: Promise<RunResult>[] = [];
    const invite = () => {
      if (workers.length === 2) return;
      const worker = team.worker();
      workers.push(worker);
      joined.push(worker.run({ joins: true, invite }));
    };
    expect((await workers[0]?.run({ invite }))?.outcome).to.equal('done');
    expect(outcomesOf(await Promise.all(joined))).to.deep.equal(['done']);
    for (const worker of workers) expect(worker.ids().length).to.be.greaterThan(100);
    expect(sorted(idsOf(workers))).to.deep.equal(sorted(created.map(({ key }) => key)));
  });

  it('invite nobody while the destination makes all of them wait', async () => {
    const team = aTeam(notes(2500));
    let waits = true;
    const invitedAt: number[] = [];
    const worker = team.worker(() => {
      if (!waits) return;
      waits = false;
      throw new TransientError('the destination is busy', { retryAfterMs: 60_000 });
    });
    await worker.run({ invite: () => void invitedAt.push(team.runtime.now() - NOW) });
    expect(team.runtime.now() - NOW).to.be.greaterThan(60_000);
    expect(invitedAt.filter((ms) => ms < 60_000)).to.deep.equal([]);
    expect(sorted(worker.ids())).to.deep.equal(allKeys(2500));
  });

  it('say how far they are up to the first window that is open, whatever is done behind it', async () => {
    const team = aTeam(notes(2500));
    const frozen = team.worker((worker, sends) => {
      if (sends === 1) worker.freeze();
    });
    const stopped = team.worker((worker, sends) => {
      if (sends === 12) worker.stop();
    });
    const ofFrozen = frozen.run();
    await stopped.run();
    const state = await team.state();
    const [first, ...behind] = state.windows.map(({ status }) => status);
    expect(first).to.equal('open');
    expect(behind).to.include('done');
    const { signal } = new AbortController();
    const rest = await estimateRest(team.source, state, 'note', signal);
    expect(rest).to.equal(2500 - (state.totals['note']?.read ?? 0));
    const { pipeline, context } = aPipeline({ source: team.source, runtime: team.runtime });
    const reader = new MemoryStateStore({}, team.memory).reader('notes');
    const { records } = await previewPipeline({ ...pipeline, state: reader }, context, {
      key: 'n000000',
      limit: 5,
      signal,
    });
    expect(records[0]?.fate).to.deep.equal({ kind: 'waiting' });
    frozen.thaw();
    expect((await ofFrozen).outcome).to.equal('done');
    expect(sorted(idsOf([frozen, stopped]))).to.deep.equal(allKeys(2500));
  });

  it('export a sparse history of years in a few windows', async () => {
    const records = Array.from({ length: 1200 }, (_, each) =>
      aNote(`n${each}`, NOW - HOUR - (1200 - each) * 20 * HOUR),
    );
    const team = aTeam(records, { maxWindowMs: 365 * DAY });
    const results = await Promise.all([1, 2, 3].map(() => team.worker().run()));
    expect(results.reduce((sum, { report }) => sum + report.windows, 0)).to.be.lessThan(30);
    expect((await team.state()).totals['note']).to.include({ accepted: 1200 });
  });

  it('are all paused by one that has joined', async () => {
    const team = aTeam();
    const first = team.worker();
    const joining = team.worker(() => {
      throw new RefusedError('credentials', 'the key was revoked');
    });
    const running = first.run();
    const { outcome } = await joining.run({ joins: true });
    expect(outcome).to.equal('paused');
    expect((await running).outcome).to.equal('paused');
    const { pause, lastRun } = await team.state();
    expect(pause?.cause).to.equal('credentials');
    expect(lastRun?.outcome).to.equal('paused');
  });

  it('begin no window once another one has bound the state to another destination', async () => {
    const delivery = { maxDeadLetterShare: 0.05, maxEvents: 10 };
    const team = aTeam(notes(2500), { delivery });
    const first = team.worker((worker, sends) => {
      if (sends === 6) worker.stop();
    });
    // Found unbound by the second one, which looks for what the first has left before it has planned anything.
    const sink = recordingSink({ destination: 'elsewhere', onOpen: () => first.run().then(() => undefined) });
    const next: MemorySource['next'] = async (...asked) => {
      await team.runtime.sleep(5_000);
      return team.source.next(...asked);
    };
    const second = team.worker(undefined, { sink, source: { ...team.source, next } });
    const { outcome, failure } = await second.run();
    expect(outcome).to.equal('failed');
    expect(failure?.message).to.contain('no longer matches its state');
    expect(sink.sends).to.deep.equal([]);
    const open = (await team.state()).windows.filter(({ status }) => status === 'open');
    expect(open.map(({ claim }) => claim)).to.deep.equal(open.map(() => 2));
    expect(open).not.to.deep.equal([]);
  });

  const history = {
    windows: notes(100),
    'the end of the first backfill': [aNote('n000000', NOW - 10 * MINUTE)],
  };
  for (const [planned, records] of Object.entries(history)) {
    it(`plan ${planned} for the newest handover, although others have bound the state twice meanwhile`, async () => {
      const team = aTeam(records);
      const stopsAtNext = (parts?: Parts): Promise<unknown> => {
        const next: MemorySource['next'] = async () => {
          other.stop();
          throw new TransientError('the source is away');
        };
        const other = team.worker(undefined, { source: { ...team.source, next }, ...parts });
        return other.run();
      };
      let bindings: Promise<unknown> | undefined;
      const next: MemorySource['next'] = async (...asked) => {
        bindings ??= team.runtime
          .sleep(HOUR)
          .then(() => stopsAtNext({ start: { kind: 'now', text: 'now' } }))
          .then(() => stopsAtNext());
        await bindings;
        return team.source.next(...asked);
      };
      const { outcome } = await team.worker(undefined, { source: { ...team.source, next } }).run();
      expect(outcome).to.equal('done');
      const { windows, binding, totals } = await team.state();
      expect(new Set(windows.map(({ window }) => window.createdBefore))).to.deep.equal(new Set([binding?.handover]));
      expect(binding?.handover).to.be.greaterThan(NOW);
      expect(totals['note']).to.include({ accepted: records.length });
    });
  }

  it('leave no dead letters of a destination once another one has bound the state to its own', async () => {
    const delivery = { maxDeadLetterShare: 1, maxEvents: 10 };
    const team = aTeam(notes(200), { delivery });
    const first = team.worker((worker, sends) => {
      if (sends === 3) worker.stop();
    });
    const rejected = { kind: 'rejected', reason: 'malformed', detail: 'not here' } as const;
    // The first one binds the state before the destination of the second answers.
    let binding: Promise<unknown> | undefined;
    const sink = recordingSink({
      destination: 'elsewhere',
      answer: async ({ events }) => {
        binding ??= first.run();
        await binding;
        return { outcomes: events.map(() => rejected) };
      },
    });
    const { outcome, failure } = await team.worker(undefined, { sink }).run();
    expect(outcome).to.equal('failed');
    expect(failure?.message).to.contain('no longer matches its state');
    expect(sink.sends).not.to.deep.equal([]);
    expect((await team.state()).openDeadLetters).to.equal(0);
    expect((await team.alone()).outcome).to.equal('done');
    expect((await team.state()).totals['note']).to.include({ accepted: 200, deadLetteredEvents: 0 });
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

  it('begin a window while the last requests of the one before are on their way', async () => {
    const delivery = { maxDeadLetterShare: 0.05, maxEvents: 25, maxInFlight: 2 };
    const team = aTeam(notes(2500), { delivery });
    const sentAt: number[] = [];
    const worker = team.worker(() => sentAt.push(team.runtime.now()));
    const { report } = await worker.run();
    expect(report.windows).to.be.greaterThan(10);
    // Two requests at a time, from the first to the last.
    const wholeMs = Number(sentAt.at(-1)) - Number(sentAt[0]);
    expect(wholeMs).to.be.at.most((sentAt.length / 2) * LATENCY_MS);
    expect(worker.sink.mostInFlight).to.equal(2);
    expect(sorted(worker.ids())).to.deep.equal(allKeys(2500));
  });

  it('commit no dead letters of one window once another one has made their share too large', async () => {
    const delivery = { maxDeadLetterShare: 0.05, maxEvents: 60, maxInFlight: 4 };
    const team = aTeam(notes(240), { delivery, maxWindowMs: 2 * HOUR });
    const rejected = { kind: 'rejected', reason: 'malformed', detail: 'no' } as const;
    const accepted = { kind: 'accepted', assurance: 'event' } as const;
    // Two requests for each window. The first event is rejected, then all of the second window.
    const sink = recordingSink({
      answer: async ({ events }, sends) => {
        if (sends === 1) return { outcomes: events.map((_, index) => (index === 0 ? rejected : accepted)) };
        await team.runtime.sleep(sends === 2 ? 1_000 : LATENCY_MS);
        return { outcomes: events.map(() => (sends === 2 ? accepted : rejected)) };
      },
    });
    const { outcome } = await team.worker(undefined, { sink }).run();
    expect(outcome).to.equal('paused');
    expect(sink.sends).to.have.length(4);
    const { openDeadLetters, pause } = await team.state();
    expect(pause?.cause).to.equal('suspicious-dead-letters');
    expect(openDeadLetters).to.equal(0);
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

  it('divide a large window of following, every record once', async () => {
    const team = aTeam([], { maxWindowMs: DAY }, 2_000_000);
    for (let each = 0; each < 40; each += 1) team.source.put('note', aNote(`old-${each}`, NOW - HOUR - each));
    await team.worker().run();
    for (let each = 0; each < 40; each += 1)
      team.source.put('note', { ...aNote(`old-${each}`, NOW - HOUR - each, 'new'), updatedAt: NOW + HOUR });
    const created = notesOfADay();
    for (const note of created) team.source.put('note', note);
    team.runtime.advance(DAY);
    const workers = [1, 2, 3].map(() => team.worker());
    expect(outcomesOf(await Promise.all(workers.map((worker) => worker.run())))).to.deep.equal([
      'done',
      'done',
      'done',
    ]);
    for (const worker of workers) expect(worker.ids().length).to.be.greaterThan(300);
    const old = Array.from({ length: 40 }, (_, each) => `old-${each}`);
    expect(sorted(idsOf(workers))).to.deep.equal(sorted([...old, ...created.map(({ key }) => key)]));
    const { windows } = await team.state();
    expect(windows.filter(({ purpose }) => purpose === 'following')).to.have.length(1);
    expect(windows.at(-1)?.window).to.include({ revisitMs: DAY, from: NOW - 30 * MINUTE });
    expect(windows.at(-1)?.window).to.not.have.property('olderOnly');
    expect(team.source.reads.filter(({ window }) => window.olderOnly)).to.have.length(1);
  });

  it('leave the slices of a window to a process that has the whole pipeline', async () => {
    const { team, stopped, keys } = await aTeamWithOpenSlices();
    expect((await team.state()).windows.filter(({ status }) => status === 'open').length).to.be.greaterThan(10);
    const { outcome, ids } = await team.alone();
    expect(outcome).to.equal('done');
    expect(sorted([...stopped.ids(), ...ids])).to.deep.equal(keys);
    expect((await team.state()).windows.every(({ status }) => status === 'done')).to.equal(true);
  });

  it('lose nothing when a window is rewound of which some slices are open', async () => {
    const { team, stopped, keys } = await aTeamWithOpenSlices();
    const store = new MemoryStateStore({ runtime: team.runtime, leaseMs: LEASE_MS }, team.memory);
    const plan = await planRewind('notes', store.reader('notes'), { to: NOW + 11 * HOUR });
    await rewindPipeline('notes', store, plan, { at: NOW, by: 'ada@ops' });
    const { ids } = await team.alone();
    expect(sorted([...new Set([...stopped.ids(), ...ids])])).to.deep.equal(keys);
  });

  it('fail when the source gives what was created in a window of older records', async () => {
    const team = aTeam([], { maxWindowMs: DAY }, 2_000_000);
    await team.worker().run();
    for (const note of notesOfADay()) team.source.put('note', note);
    team.runtime.advance(DAY);
    const { source } = team;
    const read: MemorySource['read'] = (request, call) => {
      const { olderOnly: _, ...window } = request.window;
      return source.read({ ...request, window }, call);
    };
    const worker = team.worker(undefined, { source: { ...source, read } });
    const error: unknown = await worker.run().catch((thrown: unknown) => thrown);
    expect(String(error)).to.contain('gave records of part `created` for a window of note with `olderOnly`');
  });

  it('take over a window of history while their own lasts', async () => {
    const team = aTeam(notes(600), { maxWindowMs: 5 * HOUR, delivery: { maxDeadLetterShare: 0.05, maxEvents: 1 } });
    let fellAt = 0;
    let tookOverAt = 0;
    const frozen = team.worker((worker, sends) => {
      if (sends !== 10) return;
      fellAt = team.runtime.now();
      worker.freeze();
    });
    const slow = team.worker(
      () => {
        const isTaken = slow.logger.lines.some(({ message }) => message.startsWith('continuing a window'));
        if (isTaken && tookOverAt === 0) tookOverAt = team.runtime.now();
      },
      { delivery: { maxDeadLetterShare: 0.05, maxEvents: 1, maxEventsPerSecond: 10 } },
    );
    const ofFrozen = frozen.run();
    expect((await slow.run()).outcome).to.equal('done');
    expect(tookOverAt - fellAt).to.be.within(LEASE_MS - 1000, LEASE_MS + 3000);
    expect(team.runtime.now() - fellAt).to.be.greaterThan(3 * LEASE_MS);
    expect(new Set(idsOf([frozen, slow])).size).to.equal(600);
    frozen.thaw();
    await ofFrozen;
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
    expect(stopped.logger.lines.map(({ message }) => message)).to.include('the run ends; other workers continue');
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

  it('keep to the size of requests that one of them has learned, as long as one of them lives', async () => {
    const team = aTeam(notes(2500), { delivery: { maxDeadLetterShare: 0.05, maxInFlight: 1 } });
    let joined: Promise<RunResult> | undefined;
    const first = team.worker((worker, sends) => {
      if (sends === 10) joined = second.run();
      refuseAbove(30, worker);
    });
    const second = team.worker((worker) => refuseAbove(30, worker));
    await first.run();
    expect((await joined)?.outcome).to.equal('done');
    expect(sizesOf(first).slice(0, 3)).to.deep.equal([100, 50, 25]);
    expect(Math.max(...sizesOf(second))).to.equal(25);
    expect(sorted(idsOf([first, second]))).to.deep.equal(allKeys(2500));

    for (let each = 0; each < 200; each += 1) team.source.put('note', aNote(`later-${each}`, NOW + each));
    team.runtime.advance(DAY);
    const fresh = team.worker((worker) => refuseAbove(30, worker));
    await fresh.run();
    expect(sizesOf(fresh)[0]).to.equal(100);
  });

  it('learn the size of requests from another one with their next commit', async () => {
    const team = aTeam(notes(4000), { delivery: { maxDeadLetterShare: 0.05, maxInFlight: 1 } });
    let learnedAt = Infinity;
    const refused = team.worker((worker, sends) => {
      if (sends >= 5) refuseAbove(30, worker);
      if (sends === 20) learnedAt = team.runtime.now();
    });
    const sizes = { before: 0, after: 0 };
    const other = team.worker((worker) => {
      // A commit every second, and the batch that was being filled.
      const when = team.runtime.now() <= learnedAt + 1500 ? 'before' : 'after';
      sizes[when] = Math.max(sizes[when], sizesOf(worker).at(-1) ?? 0);
    });
    await Promise.all([refused.run(), other.run()]);
    expect(sizes).to.deep.equal({ before: 100, after: 25 });
    expect(sorted(idsOf([refused, other]))).to.deep.equal(allKeys(4000));
  });

  it('go on when the others could not be told the size of requests', async () => {
    const { source, runtime } = aTeam(notes(200));
    const answer = ({ events }: { readonly events: readonly unknown[] }) => {
      if (events.length > 30) throw new TooLargeError('413');
      return undefined;
    };
    const { sink, logger, pipeline, context } = aPipeline({ source, runtime, sink: recordingSink({ answer }) });
    const state = new MemoryStateStore({ runtime, leaseMs: LEASE_MS, isShared: true });
    const { join } = state;
    const lowerCeiling = async () => Promise.reject(new Error('no answer'));
    Object.assign(state, { join: async (name: string) => Object.assign((await join?.(name)) ?? {}, { lowerCeiling }) });
    const { signal } = new AbortController();
    const { outcome } = await runPipeline({ ...pipeline, state }, context, { signal });
    expect([outcome, sink.accepted.length]).to.deep.equal(['done', 200]);
    const said = logger.lines.find(({ message }) => message.startsWith('the other workers could not be told'));
    expect(said?.level).to.equal('warn');
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
    const { outcome, ids } = await team.alone();
    expect(outcome).to.equal('done');
    expect(sorted([...stopped.ids(), ...ids])).to.deep.equal(allKeys(2500));
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
