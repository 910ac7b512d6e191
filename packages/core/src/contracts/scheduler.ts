import type { CheckResult } from './check-result.js';
import type { Instant } from './value.js';

/** When a pipeline runs: a cron expression in a time zone, or an interval. `nextTime` says what the times are. */
export type Schedule =
  | { readonly kind: 'cron'; readonly cron: string; readonly timeZone: string }
  /** Counted from 1970 in UTC: 15 minutes are :00, :15, :30 and :45, whenever the process started. */
  | { readonly kind: 'interval'; readonly everyMs: number };

/** The right to run, shared by the branches of a pipeline. */
export interface Turn {
  /** Aborts when the time is up while others wait: the run then saves its place and asks for another turn. */
  readonly over: AbortSignal;
  /** Safe to call twice. */
  end(): void;
}

/** Gives the pipelines of one process the right to run, a limited number at a time. */
export interface TurnGiver {
  /** Whether a pipeline would be given a turn at once. */
  hasRoom(pipeline: string): boolean;
  /** Resolves when it is the pipeline's turn; undefined when the signal aborts before. */
  take(pipeline: string, signal: AbortSignal): Promise<Turn | undefined>;
}

/**
 * How a tick ended.
 *
 * - `done`: whatever was due; the next tick comes at the next scheduled time.
 * - `interrupted`: the turn was over or the process stops. Another tick continues it as soon as there is a turn for it.
 * - `held`: nothing was done, because another process changes the state. Another tick comes within seconds.
 */
export type TickEnd = 'done' | 'interrupted' | 'held';

/** A pipeline, or one of several branches of it. */
export interface ScheduledPipeline {
  /** The name of its state, such as `orders.archive`: different for each branch. */
  readonly name: string;
  /** The pipeline without its branch, such as `orders`. Branches of one pipeline are due together, in one process. */
  readonly pipeline: string;
  readonly schedule: Schedule;
  /**
   * Runs it once. `turnOver` asks the run to save its place. Never called again before it has settled. A scheduler that is
   * shared gives `invite`; see `join`.
   */
  readonly tick: (turnOver: AbortSignal | undefined, invite?: Invite) => Promise<TickEnd>;
  /**
   * Helps a tick that runs in another process, and resolves when there is nothing for one more process to do. Called after
   * `invite`, in a process that has a turn to spare and nothing due; never while `tick` or `join` runs here. Those that
   * help can invite as well. Absent: one process at a time works on the pipeline.
   */
  readonly join?: (turnOver: AbortSignal | undefined, invite?: Invite) => Promise<void>;
}

/**
 * Says that a tick has work for one more process. One process accepts an invitation, and while none has, further ones
 * change nothing. It ends with the tick. Called every few seconds; never throws.
 */
export type Invite = () => void;

/**
 * What a scheduler knows of a pipeline.
 *
 * - `idle`: not due. `due`: it waits for a turn. `here`: a tick runs in this process.
 * - `elsewhere`: a tick runs in another process, or did since the last news. Repeated every few seconds while it runs, also
 *   while this process has joined it.
 * - `failing`: it cannot be known, because what the scheduler depends on does not answer; the scheduler tries again
 *   without limit. Any other news ends that.
 */
export type ScheduleNews =
  | { readonly kind: 'idle' | 'due' | 'here' | 'elsewhere' }
  /** `message` is for people: what does not answer, and what to do. */
  | { readonly kind: 'failing'; readonly message: string };

export interface ScheduleOptions {
  /** No tick starts after it aborts. */
  readonly signal: AbortSignal;
  /**
   * Until when the schedule was served: if a later scheduled time has already passed, the first tick comes at once.
   * `-Infinity`: never. Default: now. Asked for when the scheduler begins with the pipeline, which can be some time after
   * `run` was called, because another process may serve it meanwhile. Never rejects.
   */
  readonly servedUntil?: () => Promise<Instant>;
  /** A tick needs a turn, which it gives back, and so does `join`. Absent: all that are due run at the same time. */
  readonly turns?: TurnGiver;
  readonly observe?: (news: ScheduleNews) => void;
}

/**
 * Decides **when** a pipeline runs and, with several processes, which one is woken. The state store's lease remains the
 * only right to write: a tick too many finds the state in use, or nothing to do.
 *
 * Ticks of a pipeline never overlap. However many scheduled times pass during a tick, while the process is down or while
 * the machine sleeps, a single tick follows at once: windows cover what was missed.
 */
export interface Scheduler {
  /**
   * Whether several processes share pipelines. Then each scheduled time is ticked in one of them, which takes a due
   * pipeline only when it has a turn for it; what a process leaves unfinished goes on in another. Others join a tick that
   * invites them, in turns that they do not need for what is due.
   */
  readonly isShared: boolean;

  /**
   * Calls `tick` at every scheduled time until the signal aborts, and resolves when the last tick has settled. Rejects only
   * with the error of a tick that rejects. Called once for each branch of each pipeline that the process serves.
   */
  run(pipeline: ScheduledPipeline, options: ScheduleOptions): Promise<void>;

  /** Tries what it depends on, and leaves everything as it was. A failed try is a result, not an error. */
  check?(): Promise<readonly CheckResult[]>;

  /** Called when every `run` has settled. */
  close?(): Promise<void>;
}
