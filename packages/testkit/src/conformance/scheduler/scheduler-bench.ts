import type {
  Invite,
  Schedule,
  ScheduledPipeline,
  ScheduleNews,
  Scheduler,
  TickEnd,
  TurnGiver,
} from '@sluice/core/scheduler';
import { Turns } from '@sluice/core/service';
import { afterEach, beforeEach } from 'mocha';
import { manualRuntime } from '../../manual-runtime.js';
import { mustHold } from '../rule.js';

/** A scheduler, and the time by which it schedules. */
export interface SchedulerUnderTest {
  /** The scheduler of one more process. One that shares nothing is asked for one. */
  process(): Scheduler;
  /** Moves the time by which times are due, and by which processes are dead. */
  advance(ms: number): Promise<void>;
  /** Resolves when the schedulers, all of which serve, have seen the time and have nothing to do until it is moved again. */
  settle(): Promise<void>;
  /** Ends a process without a word, as SIGKILL does: it gives no further sign of life. Of shared schedulers only. */
  kill?(scheduler: Scheduler): void;
  dispose(): Promise<void>;
}

export interface DescribeSchedulerOptions {
  readonly name: string;
  readonly create: () => Promise<SchedulerUnderTest>;
}

export const HOUR_MS = 3_600_000;
const HOURLY: Schedule = { kind: 'interval', everyMs: HOUR_MS };

/** A tick that has begun and that the test ends. */
interface BegunTick {
  readonly pipeline: string;
  readonly turnOver: AbortSignal | undefined;
  /** Absent where the scheduler shares nothing. */
  readonly invite: Invite | undefined;
  end(how: TickEnd): void;
  fail(error: Error): void;
}

interface Served {
  readonly name?: string;
  readonly pipeline?: string;
  readonly schedule?: Schedule;
  readonly servedUntil?: number;
  readonly turns?: TurnGiver;
  /** Whether it can help a tick of another process. Default: not. */
  readonly joins?: boolean;
}

/** A process that serves pipelines. */
interface TestProcess {
  readonly scheduler: Scheduler;
  /** Those that have begun in this process, in order. */
  readonly ticks: readonly BegunTick[];
  /** Help for ticks of other processes that has begun in this one, in order. */
  readonly joined: readonly BegunTick[];
  readonly news: ScheduleNews['kind'][];
  serve(served?: Served): Promise<void>;
  /** Aborts the signal; the ticks that run are told and end as `interrupted`. */
  stop(): Promise<void>;
  nextTick(): Promise<BegunTick>;
}

export interface SchedulerBench {
  readonly subject: SchedulerUnderTest;
  readonly start: () => TestProcess;
}

/** A new subject for each test. Ends what runs afterwards. */
export function useScheduler({ create }: DescribeSchedulerOptions): () => SchedulerBench {
  let subject: SchedulerUnderTest;
  let processes: TestProcess[] = [];
  beforeEach(async () => {
    subject = await create();
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map((each) => each.stop()));
    for (const { scheduler } of processes) await scheduler.close?.();
    await subject.dispose();
  });
  return () => ({
    subject,
    start: () => {
      const process = aProcess(subject.process());
      processes.push(process);
      return process;
    },
  });
}

export function oneTurn(): TurnGiver {
  return new Turns({ atOnce: 1, turnMs: 0 }, manualRuntime());
}

function aProcess(scheduler: Scheduler): TestProcess {
  const stopping = new AbortController();
  const ticks: BegunTick[] = [];
  const joined: BegunTick[] = [];
  const news: ScheduleNews['kind'][] = [];
  const running: Promise<unknown>[] = [];
  let taken = 0;
  return {
    scheduler,
    ticks,
    joined,
    news,
    serve: ({ name = 'p', pipeline = name, schedule = HOURLY, servedUntil = -Infinity, turns, joins = false } = {}) => {
      const begin = async (
        begun: BegunTick[],
        turnOver: AbortSignal | undefined,
        invite: Invite | undefined,
      ): Promise<TickEnd> =>
        new Promise((resolve, reject) => {
          begun.push({ pipeline, turnOver, invite, end: resolve, fail: reject });
          stopping.signal.addEventListener('abort', () => resolve('interrupted'));
        });
      const tick: ScheduledPipeline['tick'] = async (turnOver, invite) => begin(ticks, turnOver, invite);
      const join: ScheduledPipeline['join'] = async (turnOver, invite) => {
        await begin(joined, turnOver, invite);
      };
      const options = {
        signal: stopping.signal,
        servedUntil: async () => servedUntil,
        observe: (each: ScheduleNews) => void news.push(each.kind),
      };
      const scheduled = { name, pipeline, schedule, tick, ...(joins && { join }) };
      const served = scheduler.run(scheduled, { ...options, ...(turns && { turns }) });
      running.push(served.catch(() => undefined));
      return served;
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
    nextTick: async () => {
      const tick = await eventually(() => ticks[taken]);
      taken += 1;
      return tick;
    },
  };
}

/** What there will be, without a wait of a fixed length. */
export async function eventually<T>(look: () => T | undefined): Promise<T> {
  const begun = performance.now();
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    const isInTime = performance.now() - begun < 10_000;
    mustHold(isInTime, 'a tick that is due begins', 'call `tick` when a scheduled time has come and there is a turn');
    await new Promise((resolve) => {
      setTimeout(resolve, 2);
    });
  }
}
