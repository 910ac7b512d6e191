import type { ScheduledPipeline, ScheduleNews, ScheduleOptions, TickEnd } from '@sluice/core/scheduler';
import type { JobData } from './tick-job.js';

/** A branch of a pipeline that this process serves. */
export interface Branch extends Pick<ScheduledPipeline, 'name' | 'tick' | 'join' | 'schedule'> {
  readonly options: ScheduleOptions;
  /** The engine knows its schedule. */
  isRegistered: boolean;
  /** Rejects what `run` returns. */
  readonly fail: (error: unknown) => void;
}

/** Says that a branch has work for one more process. */
type InviteTo = (branch: string) => void;

/** A pipeline with the branches that this process serves, which are ticked together. */
export class SharedPipeline {
  readonly name: string;
  readonly branches = new Set<Branch>();
  /** Stops waiting for a turn. */
  claim: AbortController | undefined;
  /** A tick or help for one, and waiting for its turn. */
  working: Promise<void> | undefined;
  isHere = false;
  /** This process helps a tick of another one. */
  isHelping = false;
  /** The job that was seen last, to notice ticks that begin and end between two looks. */
  seen: string | undefined;

  /** Ticks one more branch; present while others are ticked. */
  #join: ((branch: Branch) => void) | undefined;

  constructor(name: string) {
    this.name = name;
  }

  tell(news: ScheduleNews): void {
    for (const { options } of this.branches) options.observe?.(news);
  }

  /** One that comes while the others are ticked is ticked with them: it was due with them. */
  add(branch: Branch): void {
    this.branches.add(branch);
    this.#join?.(branch);
  }

  /** Whether it can help a tick of another process. */
  get canJoin(): boolean {
    return [...this.branches].some(({ join }) => join !== undefined);
  }

  /**
   * Ticks the branches that are left of a tick, or all. Returns how it ended, and what is left of it now. `invite`: a
   * branch has work for one more process.
   */
  async tick(
    continues: JobData['continues'],
    turnOver: AbortSignal | undefined,
    invite: InviteTo,
  ): Promise<{ readonly end: TickEnd; readonly left: readonly string[] }> {
    const all = [...this.branches];
    // The process stops.
    if (all.length === 0) return { end: 'interrupted', left: continues?.left ?? [] };
    const left = all.filter(({ name }) => continues?.left.includes(name));
    const ticks: { readonly name: string; readonly ended: Promise<TickEnd> }[] = [];
    const begin = (branch: Branch): void => {
      ticks.push({ name: branch.name, ended: this.#tickOne(branch, turnOver, invite) });
    };
    for (const branch of left.length > 0 ? left : all) begin(branch);
    this.#join = begin;
    const unfinished: { readonly name: string; readonly end: TickEnd }[] = [];
    // The list grows with those that join.
    for (const { name, ended } of ticks) {
      const end = await ended;
      if (end !== 'done') unfinished.push({ name, end });
    }
    this.#join = undefined;
    const isInterrupted = unfinished.some(({ end }) => end === 'interrupted');
    return {
      end: unfinished.length === 0 ? 'done' : isInterrupted ? 'interrupted' : 'held',
      left: unfinished.map(({ name }) => name),
    };
  }

  /** Helps with branches of a tick that runs in another process, until there is nothing for one more. */
  async help(names: readonly string[], turnOver: AbortSignal | undefined, invite: InviteTo): Promise<void> {
    const invited = [...this.branches].filter(({ name, options }) => names.includes(name) && !options.signal.aborted);
    await Promise.all(
      invited.map((branch) =>
        this.#orFail(
          branch,
          branch.join?.(turnOver, () => invite(branch.name)),
        ),
      ),
    );
  }

  async #tickOne(branch: Branch, turnOver: AbortSignal | undefined, invite: InviteTo): Promise<TickEnd> {
    if (branch.options.signal.aborted) return 'interrupted';
    const end = await this.#orFail(
      branch,
      branch.tick(turnOver, () => invite(branch.name)),
    );
    return end ?? 'done';
  }

  /** A rejection is a bug. The schedule continues in other processes. */
  async #orFail<T>(branch: Branch, work: Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.branches.delete(branch);
      branch.fail(error);
      return undefined;
    }
  }
}
