import { isDeepStrictEqual } from 'node:util';
import { nextTime, type Schedule } from '@sluice/core/scheduler';
import type PgBoss from 'pg-boss';
import type { EngineDatabase, SqlExecutor } from './engine-database.js';
import { jobRow, type JobData, type TickJob } from './tick-job.js';

/**
 * A process that has given no sign of life for so long is dead: its jobs are taken over. What it has locked is free before
 * (`engine-database.ts`), or those that live would wait for it and give no signs of life either.
 */
const DEAD_AFTER_SECONDS = 8;

/** A scheduled time that was served so recently is not served again because a process starts and finds work left. */
const JUST_SERVED_MS = 60_000;

/** After so many takeovers pg-boss would give a job up. */
const NEVER = 2_000_000_000;

/** One queue for all pipelines: pg-boss makes a partition with six indexes of each. */
const QUEUE = 'sluice';

/** Lets pg-boss have one job of a pipeline in each state, and gives them an index. */
const POLICY = 'stately';

/** Jobs that are not done, as pg-boss's index of the policy has them. */
const OPEN = `name = '${QUEUE}' AND policy = '${POLICY}' AND state <= 'active'`;

/**
 * A queue of pg-boss in which each pipeline has one job that is not done: the next tick, from its scheduled time on, or the
 * one that runs. When a tick is done, its job is replaced by that of the next scheduled time in one transaction. The
 * pipeline is the job's singleton key.
 */
export class TickQueue {
  readonly #boss: PgBoss;
  readonly #database: EngineDatabase;
  readonly #table: string;

  /** `boss` has started. */
  constructor(boss: PgBoss, database: EngineDatabase, schema: string) {
    this.#boss = boss;
    this.#database = database;
    this.#table = `${schema}.job`;
  }

  /** Does nothing where another process has created it. */
  async create(): Promise<void> {
    if ((await this.#boss.getQueue(QUEUE)) !== null) return;
    await this.#database.transaction(async (sql) => {
      await this.#lock(sql, 'create');
      await this.#boss.createQueue(QUEUE, { name: QUEUE, policy: POLICY });
    });
  }

  /**
   * The schedule of a pipeline is this one from now on, and its next tick comes at the first scheduled time after
   * `servedUntil`, if none is known that comes earlier.
   */
  async register(pipeline: string, schedule: Schedule, servedUntil: number | undefined): Promise<void> {
    await this.#change(pipeline, async (sql, job, now) => {
      const until = servedUntil ?? now;
      const due = Number.isFinite(until) ? nextTime(schedule, until) : now;
      if (job === undefined) await this.#send(sql, pipeline, { schedule }, due);
      else {
        const data = { ...job.data, schedule };
        const startAfter = startOf(job, schedule, due, now);
        const isChanged = startAfter !== job.startAfter || !isDeepStrictEqual(data, job.data);
        if (isChanged) await this.#rewrite(sql, job, data, startAfter);
      }
    });
  }

  /**
   * The jobs of pipelines, who has waited longest first. One that has none was never registered, or its job was removed by
   * hand. One that has several is for `keepOne`.
   */
  async jobs(pipelines: readonly string[]): Promise<readonly TickJob[]> {
    const jobs = await this.#read(this.#database, pipelines);
    return jobs.toSorted((first, second) => first.startAfter - second.startAfter);
  }

  /** Removes every other job of a pipeline, whoever has sent it. So does each change of its job. */
  async keepOne(pipeline: string): Promise<void> {
    await this.#change(pipeline, async () => undefined);
  }

  /** Puts jobs of processes that are dead back in line. */
  async bury(): Promise<void> {
    await this.#boss.expire();
  }

  /**
   * Takes the job of a pipeline if it is due and nobody else has taken it. Not by pg-boss, which takes the next job of a
   * queue, whatever pipeline it is for.
   */
  async take(pipeline: string): Promise<{ readonly job: TickJob; readonly begun: number } | undefined> {
    return this.#change(pipeline, async (sql, job, now) => {
      if (job === undefined || job.state === 'active' || job.startAfter > now) return undefined;
      await sql.executeSql(
        `UPDATE ${this.#table} SET state = 'active', started_on = now(),
           retry_count = CASE WHEN started_on IS NULL THEN retry_count ELSE retry_count + 1 END
         WHERE name = '${QUEUE}' AND id = $1`,
        [job.id],
      );
      const [taken] = await this.#read(sql, [pipeline]);
      return taken && { job: taken, begun: taken.data.continues?.begun ?? now };
    });
  }

  /** Signs of life. Also takes back what nobody has taken since it was put back in line. */
  async beat(jobs: readonly TickJob[]): Promise<void> {
    if (jobs.length === 0) return;
    await this.#database.executeSql(
      `UPDATE ${this.#table} j SET started_on = now(), state = 'active'
       FROM unnest($1::uuid[], $2::int[]) AS mine (id, retry_count)
       WHERE j.name = '${QUEUE}' AND j.id = mine.id AND j.retry_count = mine.retry_count AND j.state IN ('retry', 'active')`,
      [jobs.map((job) => job.id), jobs.map((job) => job.retryCount)],
    );
  }

  /** The tick is done: the next one comes at the next scheduled time after it began, at once when that has passed. */
  async done(job: TickJob, begun: number): Promise<boolean> {
    return this.#replace(job, (data) => [{ schedule: data.schedule, served: begun }, nextTime(data.schedule, begun)]);
  }

  /** The tick is to be continued, by whoever takes it first, for the branches that are left. */
  async giveBack(job: TickJob, continues: NonNullable<JobData['continues']>, afterMs: number): Promise<boolean> {
    return this.#replace(job, (data, now) => {
      const { invites: _, ...kept } = data;
      return [{ ...kept, continues }, now + afterMs];
    });
  }

  /** The tick of a pipeline that runs, in whichever process, has work for one more in this branch. */
  async invite(pipeline: string, branch: string): Promise<void> {
    await this.#change(pipeline, async (sql, job) => {
      const { invites = [] } = job?.data ?? {};
      if (job?.state !== 'active' || invites.includes(branch)) return;
      await this.#rewrite(sql, job, { ...job.data, invites: [...invites, branch] }, job.startAfter);
    });
  }

  /** Accepts an invitation. Returns the branches; none when another process was faster or the tick has ended. */
  async accept(pipeline: string): Promise<readonly string[]> {
    return this.#change(pipeline, async (sql, job) => {
      if (job?.state !== 'active') return [];
      const { invites = [], ...data } = job.data;
      if (invites.length > 0) await this.#rewrite(sql, job, data, job.startAfter);
      return invites;
    });
  }

  /** Returns false, and changes nothing, when another process has taken the job over. */
  async #replace(job: TickJob, next: (data: JobData, now: number) => readonly [JobData, number]): Promise<boolean> {
    return this.#change(job.pipeline, async (sql, current, now) => {
      if (current?.id !== job.id || current.retryCount !== job.retryCount) return false;
      // One that was put back in line is no longer active for pg-boss.
      if (current.state === 'active') await this.#boss.complete(QUEUE, job.id, {}, { db: sql });
      else await this.#boss.deleteJob(QUEUE, job.id, { db: sql });
      await this.#send(sql, job.pipeline, ...next(current.data, now));
      return true;
    });
  }

  async #send(sql: SqlExecutor, pipeline: string, data: JobData, startAfter: number): Promise<void> {
    await this.#boss.send(QUEUE, data, {
      singletonKey: pipeline,
      startAfter: new Date(startAfter),
      expireInSeconds: DEAD_AFTER_SECONDS,
      retryLimit: NEVER,
      retryDelay: 0,
      db: sql,
    });
  }

  async #rewrite(sql: SqlExecutor, job: TickJob, data: JobData, startAfter: number): Promise<void> {
    await sql.executeSql(
      `UPDATE ${this.#table} SET data = $2, keep_until = keep_until + (to_timestamp($3::float8 / 1000) - start_after),
         start_after = to_timestamp($3::float8 / 1000)
       WHERE name = '${QUEUE}' AND id = $1`,
      [job.id, JSON.stringify(data), startAfter],
    );
  }

  /**
   * Changes of one pipeline's job come one after another, from whichever process. `expire` of pg-boss, which knows nothing of
   * this, waits for the job's row: else what is active here could be back in line for the next statement.
   */
  async #change<T>(
    pipeline: string,
    work: (sql: SqlExecutor, job: TickJob | undefined, now: number) => Promise<T>,
  ): Promise<T> {
    return this.#database.transaction(async (sql) => {
      await this.#lock(sql, `pipeline ${pipeline}`);
      const { rows } = await sql.executeSql(
        `SELECT extract(epoch FROM clock_timestamp()) * 1000 AS now
         FROM (SELECT count(*) FROM (SELECT FROM ${this.#table} WHERE ${OPEN} AND singleton_key = $1 FOR UPDATE) job) held`,
        [pipeline],
      );
      const [job, ...others] = await this.#read(sql, [pipeline]);
      if (others.length > 0) await this.#remove(sql, others);
      return work(sql, job, Math.floor(Number(rows[0].now)));
    });
  }

  async #remove(sql: SqlExecutor, jobs: readonly TickJob[]): Promise<void> {
    await sql.executeSql(`DELETE FROM ${this.#table} WHERE name = '${QUEUE}' AND id = ANY($1::uuid[])`, [
      jobs.map(({ id }) => id),
    ]);
  }

  async #lock(sql: SqlExecutor, what: string): Promise<void> {
    await sql.executeSql(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [`${this.#table} ${what}`]);
  }

  /** The first of a pipeline's jobs is the one that stays: it runs, or else has the latest tick before it, or was sent last. */
  async #read(sql: SqlExecutor, pipelines: readonly string[]): Promise<readonly TickJob[]> {
    const { rows } = await sql.executeSql(
      `SELECT id, singleton_key AS pipeline, state, retry_count AS "retryCount", data, extract(epoch FROM start_after) * 1000 AS "startAfter",
         extract(epoch FROM now()) * 1000 AS now, state = 'active' AND started_on + expire_in < now() AS "isDead"
       FROM ${this.#table} WHERE ${OPEN} AND singleton_key = ANY($1::text[])
       ORDER BY state = 'active' DESC, (data->>'served')::float8 DESC NULLS LAST, created_on DESC`,
      [pipelines],
    );
    return rows.map((row: unknown) => jobRow.parse(row));
  }
}

/** When the job of a pipeline is due that a process begins to serve, which finds work left since `due`. */
function startOf({ data, state, startAfter }: TickJob, schedule: Schedule, due: number, now: number): number {
  if (state === 'active') return startAfter;
  const isChanged = !isDeepStrictEqual(schedule, data.schedule);
  const planned = isChanged && startAfter > now ? nextTime(schedule, now) : startAfter;
  const isLeft = due <= now && now - (data.served ?? Number.NEGATIVE_INFINITY) > JUST_SERVED_MS;
  return isLeft ? Math.min(due, planned) : planned;
}
