import type { AdapterContext, CheckResult } from '@sluice/core/adapter';
import type { ScheduledPipeline, ScheduleOptions, Scheduler, Turn } from '@sluice/core/scheduler';
import { checkEngine } from './check-engine.js';
import type { PgBossSchedulerConfig } from './config.js';
import { Engine } from './engine.js';
import { failureMessage } from './failure.js';
import { SharedPipeline, type Branch } from './shared-pipeline.js';
import type { TickJob } from './tick-job.js';
import type { TickQueue } from './tick-queue.js';
import { WorkInTurns } from './work-in-turns.js';

/** How often a process looks for what is due, and gives a sign of life for what it runs. */
const LOOK_EVERY_MS = 2000;

/** A process without a free turn leaves what is due to others for so long, before it takes a turn from what it runs. */
const LEFT_TO_OTHERS_MS = 3 * LOOK_EVERY_MS;

/** A pipeline whose state is held, by a process that is dead or by another command, is tried again so soon. */
const HELD_AGAIN_MS = 5000;

type Context = Pick<AdapterContext, 'logger' | 'runtime' | 'baseDirectory'>;

/** Shares pipelines with every process that has the same database and schema. */
export class PgBossScheduler implements Scheduler {
  readonly isShared = true;
  readonly #config: PgBossSchedulerConfig;
  readonly #context: Context;
  readonly #engine: Engine;
  readonly #pipelines = new Map<string, SharedPipeline>();
  readonly #active = new Map<string, TickJob>();
  /** Ticks, help for those of other processes, and invitations. */
  readonly #work = new WorkInTurns((pipeline, error) => {
    pipeline.tell({ kind: 'failing', message: failureMessage(error, this.#engine.database.place) });
  });
  readonly #closing = new AbortController();
  #looking: Promise<void> | undefined;
  /** Ends the wait for the next look. */
  #awake = new AbortController();

  constructor(config: PgBossSchedulerConfig, context: Context) {
    this.#config = config;
    this.#context = context;
    this.#engine = new Engine(config, context);
  }

  async check(): Promise<readonly CheckResult[]> {
    return checkEngine(this.#engine.database, this.#config.schema);
  }

  async run({ pipeline, ...scheduled }: ScheduledPipeline, options: ScheduleOptions): Promise<void> {
    const { signal } = options;
    const shared = this.#pipelines.get(pipeline) ?? new SharedPipeline(pipeline);
    this.#pipelines.set(pipeline, shared);
    let branch: Branch | undefined;
    const failed = new Promise<never>((_, reject) => {
      branch = { ...scheduled, options, isRegistered: false, fail: reject };
      shared.add(branch);
    });
    this.#looking ??= this.#lookUntilClosed();
    const aborted = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([aborted, failed]);
    if (branch !== undefined) shared.branches.delete(branch);
    if (shared.branches.size === 0) shared.claim?.abort();
    // A tick that runs gives its job back.
    while (shared.working !== undefined) await shared.working;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#awake.abort();
    await this.#looking;
    await this.#work.ended();
    await this.#engine.close();
  }

  async #lookUntilClosed(): Promise<void> {
    const { logger } = this.#context;
    let isFailing = false;
    while (!this.#closing.signal.aborted) {
      try {
        await this.#look(await this.#engine.queue());
        if (isFailing) logger.info({}, 'the database of the scheduler answers again');
        isFailing = false;
      } catch (error) {
        this.#engine.afterFailure(error);
        const message = failureMessage(error, this.#engine.database.place);
        if (!isFailing)
          logger.error(
            { error: message },
            'no pipeline can be woken; runs in progress continue; retrying until it works',
          );
        isFailing = true;
        for (const each of this.#pipelines.values()) each.tell({ kind: 'failing', message });
      }
      await this.#context.runtime.sleep(LOOK_EVERY_MS, this.#awake.signal).catch(() => undefined);
      this.#awake = new AbortController();
    }
  }

  async #look(queue: TickQueue): Promise<void> {
    const pipelines = [...this.#pipelines.values()].filter(({ branches }) => branches.size > 0);
    await queue.beat([...this.#active.values()]);
    const { runtime } = this.#context;
    const begun = runtime.monotonicMs();
    for (const each of pipelines) {
      // The rest at the next look, so that the signs of life do not wait.
      if (runtime.monotonicMs() - begun > LOOK_EVERY_MS) break;
      await register(queue, each);
    }
    const jobs = await this.#jobs(
      queue,
      pipelines.map(({ name }) => name),
    );
    const known = new Map(jobs.map((job) => [job.pipeline, job]));
    for (const each of pipelines) {
      const job = known.get(each.name);
      if (job === undefined) forget(each);
      else this.#see(each, job);
    }
    // Who has waited longest comes first.
    for (const { pipeline, state, dueForMs } of jobs) {
      const each = this.#pipelines.get(pipeline);
      if (each === undefined || each.isHere || each.isHelping) continue;
      if (state === 'active' || dueForMs < 0) each.claim?.abort();
      else this.#claim(queue, each, dueForMs);
    }
    // With turns that nothing due needs.
    for (const { pipeline, state, data } of jobs) {
      const each = this.#pipelines.get(pipeline);
      if (each !== undefined && state === 'active' && data.invites !== undefined) this.#help(queue, each);
    }
  }

  /** One of each pipeline, with those of dead processes back in line. */
  async #jobs(queue: TickQueue, names: readonly string[]): Promise<readonly TickJob[]> {
    let jobs = await queue.jobs(names);
    if (jobs.some(({ isDead }) => isDead)) {
      await queue.bury();
      jobs = await queue.jobs(names);
    }
    const last = new Map(jobs.map(({ pipeline, id }) => [pipeline, id]));
    if (last.size === jobs.length) return jobs;
    for (const { pipeline, id } of jobs) {
      if (last.get(pipeline) === id) continue;
      await queue.keepOne(pipeline);
      this.#context.logger.warn({ pipeline }, 'pg-boss had a second open job of the pipeline; it was removed');
    }
    return queue.jobs(names);
  }

  /** Tells the branches what became of their pipeline since the last look. */
  #see(pipeline: SharedPipeline, { id, state, dueForMs, data }: TickJob): void {
    if (pipeline.isHere) return pipeline.tell({ kind: 'here' });
    // It is just being taken.
    if (pipeline.claim !== undefined && !pipeline.isHelping && state === 'active') return;
    const hasRun = pipeline.seen !== undefined && pipeline.seen !== id;
    pipeline.seen = id;
    if (state === 'active' || hasRun) pipeline.tell({ kind: 'elsewhere' });
    if (state === 'active') return;
    // What is held is run by somebody, if not by a scheduler.
    if (data.continues !== undefined && dueForMs < 0) pipeline.tell({ kind: 'elsewhere' });
    else pipeline.tell({ kind: dueForMs < 0 ? 'idle' : 'due' });
  }

  /** Takes a turn and then the job, if by then no other process has it. */
  #claim(queue: TickQueue, pipeline: SharedPipeline, dueForMs: number): void {
    const [branch] = pipeline.branches;
    if (branch === undefined || pipeline.claim !== undefined) return;
    const { turns } = branch.options;
    if (turns?.hasRoom(pipeline.name) === false && dueForMs < LEFT_TO_OTHERS_MS) return;
    this.#work.begin(pipeline, turns, (turn, claim) => this.#tick(queue, pipeline, turn, claim));
  }

  /** Accepts an invitation with a turn that is free. Whoever helps gives no sign of life: the tick does not depend on it. */
  #help(queue: TickQueue, pipeline: SharedPipeline): void {
    const [branch] = pipeline.branches;
    if (branch === undefined || pipeline.claim !== undefined || !pipeline.canJoin) return;
    const { turns } = branch.options;
    if (turns?.hasRoom(pipeline.name) === false) return;
    this.#work.begin(pipeline, turns, async (turn) => {
      pipeline.isHelping = true;
      try {
        const branches = await queue.accept(pipeline.name);
        await pipeline.help(branches, turn?.over, this.#inviter(queue, pipeline));
      } finally {
        pipeline.isHelping = false;
        this.#awake.abort();
      }
    });
  }

  /** An invitation that is not sent is repeated soon. */
  #inviter(queue: TickQueue, { name }: SharedPipeline): (branch: string) => void {
    return (branch) => this.#work.keep(queue.invite(name, branch).catch(() => undefined));
  }

  async #tick(queue: TickQueue, pipeline: SharedPipeline, turn: Turn | undefined, claim: AbortSignal): Promise<void> {
    if (claim.aborted) return;
    const taken = await queue.take(pipeline.name);
    if (taken === undefined) return;
    const { job, begun } = taken;
    this.#active.set(job.id, job);
    pipeline.isHere = true;
    pipeline.tell({ kind: 'here' });
    try {
      const { end, left } = await pipeline.tick(job.data.continues, turn?.over, this.#inviter(queue, pipeline));
      const isOurs = await this.#persist(async () => {
        if (end === 'done') return queue.done(job, begun);
        return queue.giveBack(job, { begun, left: [...left] }, end === 'held' ? HELD_AGAIN_MS : 0);
      });
      // This process was frozen or cut off: how its own run ended says nothing of the pipeline.
      if (!isOurs) pipeline.tell({ kind: 'elsewhere' });
    } finally {
      this.#active.delete(job.id);
      pipeline.isHere = false;
      pipeline.seen = undefined;
      // The turn may be for something else that is due.
      this.#awake.abort();
    }
  }

  /** Tries until it works. When the process stops, once: the job is taken over as that of a dead process. */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await write();
      } catch (error) {
        if (this.#isStopping) throw error;
        await this.#context.runtime.sleep(LOOK_EVERY_MS, this.#closing.signal).catch(() => undefined);
      }
    }
  }

  get #isStopping(): boolean {
    return [...this.#pipelines.values()].every(({ branches }) => branches.size === 0);
  }
}

/** Tells the engine the schedule of a pipeline, once for each branch: each knows until when it was served. */
async function register(queue: TickQueue, pipeline: SharedPipeline): Promise<void> {
  for (const branch of pipeline.branches) {
    if (branch.isRegistered) continue;
    await queue.register(pipeline.name, branch.schedule, await branch.options.servedUntil?.());
    branch.isRegistered = true;
  }
}

/** The job was removed by hand: the next look sends it again. */
function forget(pipeline: SharedPipeline): void {
  for (const branch of pipeline.branches) branch.isRegistered = false;
}
